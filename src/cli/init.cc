#include <filesystem>
#include <random>

#include "config/annotate.h"
#include "src/cli/files.h"
#include "src/cli/program.h"
#include "src/wire/cluster_id.h"

namespace prumo::cli {
namespace {

wire::ClusterId draw_cluster_id() {
  std::random_device device;
  wire::ClusterId id{};
  for (auto& byte : id) byte = static_cast<std::uint8_t>(device());
  return id;
}

Tried<void> init(const std::string& folder, const std::string& cluster, bool force) {
  const std::string text = config::annotated({{"cluster", "\"" + cluster + "\""}});
  if (const auto made = make_folder(folder, Secrecy::kPublic); !made) return made;
  if (const auto done = write_file(folder + "/prumo.toml", text, Secrecy::kPublic, force); !done)
    return done;
  for (const char* inner : {"/members", "/clients"})
    if (const auto made = make_folder(folder + inner, Secrecy::kPublic); !made) return made;
  return make_folder(folder + "/keys", Secrecy::kSecret);
}

std::string what_next(const std::string& folder, const std::string& cluster) {
  const std::string in = folder == "." ? "" : " --folder " + folder;
  return "Cluster " + cluster + " begins in " + folder +
         "\n"
         "  prumo.toml  to /etc/prumo/ of every host; set its id there\n"
         "  members/    to /etc/prumo/ of every host, always the same files\n"
         "  clients/    to /etc/prumo/ of every host\n"
         "  keys/       stays here; each secret goes to its owner alone\n"
         "Next, once per host and once per person:\n"
         "  prumo keygen host h1 --endpoint tcp://ADDRESS:7400" +
         in +
         "\n"
         "  prumo keygen operator NAME" +
         in + "\n";
}

}  // namespace

void add_init(CLI::App& app, Program& program) {
  CLI::App* sub =
      app.add_subcommand("init", "Begin a new cluster: its id, and a folder of what hosts need");
  auto folder = std::make_shared<std::string>(".");
  auto force = std::make_shared<bool>(false);
  sub->add_option("FOLDER", *folder, "Where to put it")->capture_default_str();
  sub->add_flag("--force", *force,
                "Replace a prumo.toml that is there: another cluster from then on");
  sub->footer("Example:\n  prumo init lab");
  sub->callback([&program, folder, force] {
    const std::string cluster = wire::to_text(draw_cluster_id());
    if (const auto done = init(*folder, cluster, *force); !done) return program.fail(done.error());
    program.print(program.json() ? pretty({{"cluster", cluster}, {"folder", *folder}})
                                 : what_next(*folder, cluster));
  });
}

}  // namespace prumo::cli
