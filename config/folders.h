#pragma once
// The folders that operators spread: members/ (one file per host: who belongs), clients/ (whose key
// may ask and command), and the files that hold one secret key each.

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/document.h"
#include "src/core/members.h"
#include "src/core/result.h"

namespace prumo::config {

inline constexpr std::size_t kMostMembers = 1000;

enum class Keys : std::uint8_t { kRequired, kOptional };

/// One member's file. Error: an unknown, malformed or missing value.
[[nodiscard]] Result<Member> member_of(const Document&, Keys);
/// Reads every *.toml of the folder: `id`, `endpoint`, `public_key`, `priority` (0 when absent).
/// Errors, one line each: no folder, no file, more than kMostMembers, an unknown or malformed
/// value, or two files with the same id, endpoint or key.
[[nodiscard]] Result<Members> load_members(const std::string& folder, Keys keys = Keys::kOptional);
/// The same for a host's own configuration: it must be a member, and without `insecure` all must
/// have keys.
[[nodiscard]] Result<Members> load_members(const Config&);

enum class ClientRole : std::uint8_t { kViewer, kOperator };
struct Client {
  std::string name;        ///< of the file, without .toml
  std::string public_key;  ///< Z85
  ClientRole role = ClientRole::kViewer;
  bool operator==(const Client&) const = default;
};
/// One client's file; its name is the file's. Error: an unknown, malformed or missing value.
[[nodiscard]] Result<Client> client_of(const Document&);
/// Reads every *.toml of the folder: `public_key`, `role`. No folder: no clients. Errors as above.
[[nodiscard]] Result<std::vector<Client>> load_clients(const std::string& folder);

/// The secret key in a file of one line. Errors: unreadable, readable for others than its owner, no
/// key.
[[nodiscard]] Result<std::string> read_secret(const std::string& path);

/// The text of `members/ID.toml`.
[[nodiscard]] std::string member_text(const Member&);
/// The text of `clients/NAME.toml`.
[[nodiscard]] std::string client_text(const Client&);

}  // namespace prumo::config
