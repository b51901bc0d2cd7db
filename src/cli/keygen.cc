// Keys of hosts, operators and viewers. A secret is written for its owner's eyes alone and never
// shown.

#include <filesystem>

#include "config/endpoint.h"
#include "config/folders.h"
#include "config/ids.h"
#include "src/cli/files.h"
#include "src/cli/program.h"
#include "src/transport/transport.h"

namespace prumo::cli {
namespace {

struct KeygenWanted {
  std::string name;
  std::string endpoint;
  std::int32_t priority = 0;
  std::string folder = ".";
  bool force = false;
};

struct Files {
  std::string secret;
  std::string open;  ///< member or client file
};

Tried<Files> write_keys(const KeygenWanted& wanted, const std::string& inner,
                        const std::function<std::string(const std::string& public_key)>& text) {
  if (!config::is_host_id(wanted.name))
    return failure(kUsage, "\"" + wanted.name + "\" " + config::kHostIdCure);
  std::error_code ignored;
  if (!std::filesystem::is_directory(wanted.folder, ignored))
    return failure(kFailed, wanted.folder + ": no such folder; prumo init " + wanted.folder +
                                " makes one for a new cluster");
  const Files files{wanted.folder + "/keys/" + wanted.name + ".secret",
                    wanted.folder + "/" + inner + "/" + wanted.name + ".toml"};
  // Both are looked for first: one without the other is of no use to anybody.
  for (const std::string& path : {files.secret, files.open})
    if (!wanted.force && std::filesystem::exists(path, ignored))
      return failure(kFailed,
                     path +
                         ": exists already; say --force to replace it, which makes the old "
                         "key worthless");
  if (const auto made = make_folder(wanted.folder + "/keys", Secrecy::kSecret); !made)
    return tl::unexpected(made.error());
  if (const auto made = make_folder(wanted.folder + "/" + inner, Secrecy::kPublic); !made)
    return tl::unexpected(made.error());
  const transport::KeyPair keys = transport::new_key_pair();
  if (const auto done =
          write_file(files.secret, keys.secret_key + "\n", Secrecy::kSecret, wanted.force);
      !done)
    return tl::unexpected(done.error());
  if (const auto done =
          write_file(files.open, text(keys.public_key), Secrecy::kPublic, wanted.force);
      !done) {
    if (!wanted.force) std::filesystem::remove(files.secret, ignored);
    return tl::unexpected(done.error());
  }
  return files;
}

void tell(Program& program, const Files& files, const std::string& where_open,
          const std::string& where_secret) {
  if (program.json())
    return program.print(pretty({{"secret", files.secret}, {"public", files.open}}));
  program.print("Wrote " + files.open + "\n  copy it to " + where_open + "\nWrote " + files.secret +
                "\n  " + where_secret + "\n");
}

void keygen_host(Program& program, const KeygenWanted& wanted) {
  const auto endpoint = config::parse_endpoint(wanted.endpoint);
  if (!endpoint || endpoint->ipc || endpoint->wildcard())
    return program.fail({kUsage, "--endpoint \"" + wanted.endpoint +
                                     "\" is none that other hosts can reach; write it as "
                                     "tcp://ADDRESS:7400"});
  const auto files = write_keys(wanted, "members", [&](const std::string& public_key) {
    return config::member_text({HostId(wanted.name), wanted.endpoint, public_key, wanted.priority});
  });
  if (!files) return program.fail(files.error());
  tell(program, *files, "/etc/prumo/members/ of every host, then reload prumod there",
       "move it to " + wanted.name + " alone, as /etc/prumo/host.secret, owner root, mode 600");
}

void keygen_client(Program& program, const KeygenWanted& wanted, config::ClientRole role) {
  const auto files = write_keys(wanted, "clients", [&](const std::string& public_key) {
    return config::client_text({wanted.name, public_key, role});
  });
  if (!files) return program.fail(files.error());
  tell(program, *files, "/etc/prumo/clients/ of every host, then reload prumod there",
       "give it to " + wanted.name + " alone, for prumo --key FILE");
}

CLI::App* add_kind(CLI::App* parent, const char* kind, const char* help,
                   const std::shared_ptr<KeygenWanted>& wanted) {
  CLI::App* sub = parent->add_subcommand(kind, help);
  sub->add_option("NAME", wanted->name, "Id of the host, or name of the person")->required();
  sub->add_option("--folder", wanted->folder, "The folder that `prumo init` made")
      ->capture_default_str();
  sub->add_flag("--force", wanted->force,
                "Replace a key that is there; the old one becomes worthless");
  return sub;
}

}  // namespace

void add_keygen(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand("keygen", "Make a key pair, and the file that makes it known");
  sub->require_subcommand(1);
  sub->footer(
      "Examples:\n  prumo keygen host h3 --endpoint tcp://10.0.0.3:7400\n"
      "  prumo keygen operator olga\n  prumo keygen viewer dashboard");
  auto wanted = std::make_shared<KeygenWanted>();
  CLI::App* host = add_kind(sub, "host", "A new host: members/NAME.toml and its secret", wanted);
  host->add_option("--endpoint", wanted->endpoint,
                   "Where other hosts reach its prumod: tcp://ADDRESS:7400")
      ->required();
  host->add_option("--priority", wanted->priority, "Higher ranks lead; equal ones by the higher id")
      ->check(CLI::Range(-1'000'000, 1'000'000))
      ->capture_default_str();
  host->callback([&program, wanted] { keygen_host(program, *wanted); });
  add_kind(sub, "operator", "Someone who may also pause, resume, migrate, abort and settle", wanted)
      ->callback(
          [&program, wanted] { keygen_client(program, *wanted, config::ClientRole::kOperator); });
  add_kind(sub, "viewer", "Someone who may ask only", wanted)->callback([&program, wanted] {
    keygen_client(program, *wanted, config::ClientRole::kViewer);
  });
}

}  // namespace prumo::cli
