#include "config/folders.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <system_error>

#include "config/document.h"
#include "config/endpoint.h"
#include "config/ids.h"
#include "config/key.h"

namespace prumo::config {
namespace {

namespace fs = std::filesystem;

/// The *.toml files of a folder by name; hidden ones, which editors and copying tools leave, are
/// none.
Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const fs::path& path = it->path();
    if (path.extension() == ".toml" && !path.filename().string().starts_with('.'))
      files.push_back(path.string());
  }
  if (error)
    return fail(folder + ": " + error.message() +
                "; copy the folder from another host, or make it with `prumo init`");
  std::sort(files.begin(), files.end());
  return files;
}

/// Hands the entries of a file to `take` by name and says what is wrong with the first that is not
/// taken.
Result<void> take_fields(const Document& document, const std::string& known,
                         const std::function<std::string(const Entry&)>& take) {
  for (const Entry& entry : document.entries) {
    const std::string wrong = take(entry);
    if (wrong == "?")
      return fail(document.at(entry) + entry.key + " is no key of this file; it has " + known);
    if (!wrong.empty())
      return fail(document.at(entry) + entry.key + " = " + entry.shown + " " + wrong);
  }
  return {};
}

std::string take_key(const Entry& entry, std::string& into) {
  const auto* text = std::get_if<std::string>(&entry.value);
  if (text == nullptr || !is_key(*text))
    return "is no key; take the 40 characters that `prumo keygen` wrote";
  into = *text;
  return {};
}

std::string take_member_field(const Entry& entry, Member& member) {
  const auto* text = std::get_if<std::string>(&entry.value);
  if (entry.key == "id") {
    if (text == nullptr || !is_host_id(*text)) return kHostIdCure;
    member.id = HostId(*text);
    return {};
  }
  if (entry.key == "endpoint") {
    const auto endpoint = text != nullptr ? parse_endpoint(*text) : std::nullopt;
    if (!endpoint || endpoint->ipc || endpoint->wildcard())
      return "is no endpoint that others can reach; write it as \"tcp://ADDRESS:PORT\"";
    member.endpoint = *text;
    return {};
  }
  if (entry.key == "public_key") {
    // Empty is as good as absent: a cluster without keys says so in prumo.toml.
    return text != nullptr && text->empty() ? std::string() : take_key(entry, member.public_key);
  }
  if (entry.key == "priority") {
    const auto* number = std::get_if<std::int64_t>(&entry.value);
    if (number == nullptr || *number < -1'000'000 || *number > 1'000'000)
      return "is no priority; write a whole number from -1000000 to 1000000, higher leads";
    member.priority = static_cast<std::int32_t>(*number);
    return {};
  }
  return "?";
}

/// Remembers which file said what, to find the second that says the same.
class Unique {
 public:
  Unique(std::string what, std::string cure) : what_(std::move(what)), cure_(std::move(cure)) {}
  Result<void> add(const std::string& value, const std::string& file) {
    if (value.empty()) return {};
    const auto [it, added] = files_.emplace(value, file);
    if (added) return {};
    return fail(file + ": same " + what_ + " \"" + value + "\" as " + it->second + "; " + cure_);
  }

 private:
  std::string what_;
  std::string cure_;
  std::map<std::string, std::string> files_;
};

}  // namespace

Result<Member> member_of(const Document& document, Keys keys) {
  const std::string& path = document.path;
  Member member;
  const auto taken =
      take_fields(document, "id, endpoint, public_key, priority",
                  [&member](const Entry& entry) { return take_member_field(entry, member); });
  if (!taken) return tl::unexpected(taken.error());
  if (member.id.empty()) return fail(path + ": id is missing; set id = \"NAME\"");
  if (member.endpoint.empty())
    return fail(path + ": endpoint is missing; set endpoint = \"tcp://ADDRESS:PORT\"");
  if (member.public_key.empty() && keys == Keys::kRequired)
    return fail(path + ": public_key is missing; write this file with `prumo keygen host " +
                member.id.value + " --endpoint " + member.endpoint + "`");
  return member;
}

Result<Client> client_of(const Document& document) {
  Client client;
  client.name = fs::path(document.path).stem().string();
  const auto taken = take_fields(document, "public_key, role", [&client](const Entry& entry) {
    if (entry.key == "public_key") return take_key(entry, client.public_key);
    if (entry.key != "role") return std::string("?");
    const auto* role = std::get_if<std::string>(&entry.value);
    if (role == nullptr || (*role != "operator" && *role != "viewer"))
      return std::string("is unknown; write one of \"operator\", \"viewer\"");
    client.role = *role == "operator" ? ClientRole::kOperator : ClientRole::kViewer;
    return std::string();
  });
  if (!taken) return tl::unexpected(taken.error());
  if (client.public_key.empty())
    return fail(document.path + ": public_key is missing; write this file with `prumo keygen`");
  if (document.find("role") == nullptr)
    return fail(document.path + ": role is missing; set role = \"operator\" or role = \"viewer\"");
  return client;
}

Result<Members> load_members(const std::string& folder, Keys keys) {
  const auto files = files_of(folder);
  if (!files) return tl::unexpected(files.error());
  if (files->empty())
    return fail(folder + ": no member file; write one per host with `prumo keygen host ID`");
  if (files->size() > kMostMembers)
    return fail(folder + ": " + std::to_string(files->size()) + " files; a cluster has at most " +
                std::to_string(kMostMembers) + " members, make two of it");
  Unique ids("id", "give one of them another id");
  Unique endpoints("endpoint", "give one of them another address or port");
  Unique public_keys("public_key", "make one of them a key of its own with `prumo keygen`");
  std::vector<Member> list;
  for (const std::string& file : *files) {
    const auto document = read_document(file);
    if (!document) return tl::unexpected(document.error());
    auto member = member_of(*document, keys);
    if (!member) return tl::unexpected(member.error());
    for (const auto& unique :
         {ids.add(member->id.value, file), endpoints.add(member->endpoint, file),
          public_keys.add(member->public_key, file)})
      if (!unique) return tl::unexpected(unique.error());
    list.push_back(std::move(*member));
  }
  return Members(std::move(list));
}

Result<Members> load_members(const Config& config) {
  auto members = load_members(config.members_folder,
                              config.transport.insecure ? Keys::kOptional : Keys::kRequired);
  if (members && members->find(config.id) == nullptr)
    return fail(config.path + ": id = " + quoted(config.id.value) + " has no file in " +
                config.members_folder + "; write it with `prumo keygen host " + config.id.value +
                "`, or correct the id");
  return members;
}

Result<std::vector<Client>> load_clients(const std::string& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored)) return std::vector<Client>{};
  const auto files = files_of(folder);
  if (!files) return tl::unexpected(files.error());
  Unique public_keys("public_key", "make one of them a key of its own with `prumo keygen`");
  std::vector<Client> list;
  for (const std::string& file : *files) {
    const auto document = read_document(file);
    if (!document) return tl::unexpected(document.error());
    auto client = client_of(*document);
    if (!client) return tl::unexpected(client.error());
    if (const auto unique = public_keys.add(client->public_key, file); !unique)
      return tl::unexpected(unique.error());
    list.push_back(std::move(*client));
  }
  return list;
}

Result<std::string> read_secret(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return fail(path + ": " + std::strerror(errno) +
                "; copy the secret key here that `prumo keygen` wrote");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(path + ": a secret key that other users can read; run chmod 600 " + path);
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || !is_key(line))
    return fail(path + ": holds no secret key; write it with `prumo keygen`");
  return line;
}

std::string member_text(const Member& member) {
  return "id = " + quoted(member.id.value) + "\nendpoint = " + quoted(member.endpoint) +
         "\npublic_key = " + quoted(member.public_key) +
         "\npriority = " + std::to_string(member.priority) + "\n";
}

std::string client_text(const Client& client) {
  return "public_key = " + quoted(client.public_key) +
         "\nrole = " + quoted(client.role == ClientRole::kOperator ? "operator" : "viewer") + "\n";
}

}  // namespace prumo::config
