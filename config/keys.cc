#include <array>
#include <limits>

#include "config/key.h"
#include "election/parameters.h"

namespace prumo::config {
namespace {

constexpr double kAny = 1e12;

/// A field of a Config, named by the members that lead to it.
template <auto... Path>
auto& at(Config& config) {
  return (config.*....*Path);
}

template <auto... Path>
DurationKey duration(Duration low, Duration high) {
  return {&at<Path...>, low, high};
}
template <auto... Path>
NumberKey number(double low, double high, std::string_view unit = "") {
  return {&at<Path...>, low, high, unit};
}
template <auto... Path>
CountKey count(std::uint64_t low, std::uint64_t high) {
  return {[](Config& c) { return static_cast<std::uint64_t>(at<Path...>(c)); },
          [](Config& c, std::uint64_t value) {
            auto& field = at<Path...>(c);
            field = static_cast<std::remove_reference_t<decltype(field)>>(value);
          },
          low, high};
}
template <auto... Path>
FlagKey flag() {
  return {&at<Path...>};
}
template <auto... Path>
TextKey text(Form form = Form::kAny) {
  return {&at<Path...>, form};
}
template <auto... Path>
ListKey list(Form form = Form::kAny) {
  return {&at<Path...>, form};
}
/// The choices stand in the order of the enumerators.
template <auto... Path>
ChoiceKey choice(std::vector<std::string_view> choices) {
  return {[](Config& c) { return static_cast<std::size_t>(at<Path...>(c)); },
          [](Config& c, std::size_t index) {
            auto& field = at<Path...>(c);
            field = static_cast<std::remove_reference_t<decltype(field)>>(index);
          },
          std::move(choices)};
}

constexpr std::array<std::string_view, 5> kLevels{"trace", "debug", "info", "warn", "error"};

ChoiceKey level() {
  return {[](Config& c) {
            std::size_t i = 0;
            while (i + 1 < kLevels.size() && kLevels[i] != c.log.level) ++i;
            return i;
          },
          [](Config& c, std::size_t index) { c.log.level = kLevels[index]; },
          {kLevels.begin(), kLevels.end()}};
}

ChoiceKey profile() {
  ChoiceKey key = choice<&Config::profile>({"calm", "fast"});
  key.set = [](Config& c, std::size_t index) {
    c.profile = static_cast<Profile>(index);
    c.parameters.election = c.profile == Profile::kFast ? election::fast() : election::Parameters{};
  };
  return key;
}

constexpr auto kTransport = &Config::transport;
constexpr auto kHypervisor = &Config::hypervisor;
constexpr auto kLibvirt = &Hypervisor::libvirt;
constexpr auto kMigration = &Config::migration;
constexpr auto kHost = &Config::host;
constexpr auto kAll = &Config::parameters;
constexpr auto kPolicy = &Parameters::policy;
constexpr auto kElection = &Parameters::election;
constexpr auto kGossip = &Parameters::gossip;
constexpr auto kRelief = &Parameters::relief;
using Relief = ReliefParameters;
using Migration = policy::MigrationSettings;

std::vector<Key> make_keys() {
  return {
      {"id", text<&Config::id, &HostId::value>(Form::kHostId),
       "The name of this host, as in its file in the members folder."},
      {"cluster", text<&Config::cluster>(Form::kCluster),
       "The same 32 digits on every host; `prumo init` draws them. Frames of another cluster are "
       "dropped."},
      {"members", text<&Config::members_folder>(Form::kPath),
       "Folder with one file per host: address book, allow-list and electorate. The same files on "
       "every host; read again on SIGHUP."},
      {"clients", text<&Config::clients_folder>(Form::kPath),
       "Folder with the public keys of operators and viewers; read again on SIGHUP."},
      {"state", text<&Config::state_folder>(Form::kPath),
       "Folder of what must survive a restart. On a local disk; losing it costs this host its vote "
       "until the others re-admit it."},
      {"mode", choice<&Config::mode>({"auto", "advise"}),
       "auto migrates; advise decides, explains and migrates nothing. Read again on SIGHUP."},

      {"transport.listen", text<kTransport, &Transport::listen>(Form::kTcp),
       "Where the other hosts' daemons reach this one; must fit the endpoint in its member file."},
      {"transport.control", list<kTransport, &Transport::control>(Form::kEndpoint),
       "Where `prumo` reaches this daemon. Whoever may open the ipc socket is an operator; over "
       "tcp "
       "a key from the clients folder is needed."},
      {"transport.secret_key", text<kTransport, &Transport::secret_key>(Form::kPath),
       "File with this host's secret key, readable by the user of prumod alone."},
      {"transport.insecure", flag<kTransport, &Transport::insecure>(),
       "No encryption and no authentication: whoever reaches the port commands. For trials on one "
       "machine."},
      {"transport.force_insecure", flag<kTransport, &Transport::force_insecure>(),
       "Allows insecure on addresses that other machines can reach."},

      {"hypervisor.kind", choice<kHypervisor, &Hypervisor::kind>({"libvirt", "simulated"}),
       "simulated needs no hypervisor: VMs are files, for trials and tests."},
      {"hypervisor.libvirt.uri", text<kHypervisor, kLibvirt, &Libvirt::uri>(),
       "This host's own libvirt."},
      {"hypervisor.libvirt.connect_uri", text<kHypervisor, kLibvirt, &Libvirt::connect_uri>(),
       "How the other hosts' libvirt reaches this one; {address} is the address of this host's "
       "member file."},
      {"hypervisor.libvirt.migrate_uri", text<kHypervisor, kLibvirt, &Libvirt::migrate_uri>(),
       "Which address the memory of an incoming VM travels to; name another one for a network of "
       "its "
       "own. Empty: libvirt chooses, by the host's name."},
      {"hypervisor.libvirt.allow_unsafe", flag<kHypervisor, kLibvirt, &Libvirt::allow_unsafe>(),
       "Migrates VMs whose disks libvirt does not know to be shared and coherent. Wrongly set, it "
       "destroys disks."},
      {"hypervisor.libvirt.connect_timeout",
       duration<kHypervisor, kLibvirt, &Libvirt::connect_timeout>(100ms, 30s),
       "How long the destination's port may take to answer before a migration is given up."},
      {"hypervisor.simulated.folder",
       text<kHypervisor, &Hypervisor::simulated, &Simulated::folder>(Form::kPath),
       "Folder of the simulated machines, shared by all simulated hosts."},

      {"migration.method",
       choice<kMigration, &Migration::method>({"pre-copy", "stop-and-copy", "post-copy", "auto"}),
       "pre-copy copies memory while the VM runs and stops it for a moment; stop-and-copy stops it "
       "for all of the copying; post-copy lets it run over there at once and pull its memory; auto "
       "takes what keeps within max_downtime and deadline at the least cost to the service."},
      {"migration.allow_post_copy", flag<kMigration, &Migration::allow_post_copy>(),
       "Post-copy may be used. When either host or the network between them fails before all "
       "memory has come over, the VM is lost: it crashes as in a power cut."},
      {"migration.bandwidth_mib_s",
       number<kMigration, &Migration::bandwidth_mib_s>(0, 1e6, "MiB/s"),
       "What one migration may take of the network; 0 is all there is. Lower spares the VMs' own "
       "traffic, and makes busy VMs harder to move."},
      {"migration.max_downtime", duration<kMigration, &Migration::max_downtime>(10ms, 30min),
       "For how long a live migration may stop the VM. It begins with a quarter of it and gets "
       "more only while it makes no progress. Longer lets busier VMs move, and is felt longer."},
      {"migration.auto_converge", flag<kMigration, &Migration::auto_converge>(),
       "Slows a VM down that writes faster than the network carries; else its migration may never "
       "end and is given up."},
      {"migration.parallel", count<kMigration, &Migration::parallel>(1, 16),
       "Connections that carry the memory at once. More fill a fast link, and cost CPU on both "
       "hosts."},
      {"migration.tls", flag<kMigration, &Migration::tls>(),
       "Encrypts the VM's memory on its way; libvirt's certificates for migration must be "
       "installed on both hosts. Costs CPU, and so time."},
      {"migration.deadline", duration<kMigration, &Migration::deadline>(0s, 24h),
       "A migration that takes longer is aborted; the VM stays where it was. 0s: 2 min and 0.25 s "
       "for each MiB of the VM."},
      {"migration.stall", duration<kMigration, &Migration::stall>(1s, 1h),
       "Without progress for so long, for each GiB of the VM and at least one, a migration has "
       "stalled. Shorter gives a busy VM less of a chance, and loads the network less in vain."},
      {"migration.last_resort",
       choice<kMigration, &Migration::last_resort>({"abort", "stop-and-copy", "post-copy"}),
       "What is done with a live migration that has stalled although it was given all of "
       "max_downtime: abort leaves the VM where it was; the others finish it whatever it costs."},
      {"migration.vms", list<&Config::migration_vms>(),
       "Settings of this section for VMs by name: a shell pattern and what differs, as "
       "[\"db* method=auto deadline=60s\", \"web* max_downtime=100ms\"]. Later lines override "
       "earlier ones; a VM's own libvirt metadata overrides all: virsh metadata VM "
       "urn:prumo:vm --key prumo --set \"<vm max_downtime='100ms'/>\" --live --config."},

      {"host.cpu_cores", number<kHost, &Host::cpu_cores>(0, 65'536, "cores"),
       "Capacity that the decision counts on; 0 asks the host. Lower keeps some for the host "
       "itself."},
      {"host.memory_mib", number<kHost, &Host::memory_mib>(0, kAny, "MiB"),
       "As cpu_cores, for memory."},
      {"host.network_mbit", number<kHost, &Host::network_mbit>(0, kAny, "Mbit/s"),
       "As cpu_cores, for the network."},
      {"host.uplinks", list<kHost, &Host::uplinks>(),
       "Network interfaces that count; empty: every physical one that is up, a bond as one."},
      {"host.link_speed_mbit", number<kHost, &Host::link_speed_mbit>(0, kAny, "Mbit/s"),
       "Speed of an uplink whose driver does not tell it; 0 is 1000."},

      {"log.file", text<&Config::log, &Log::file>(Form::kPath),
       "Empty: standard error, which systemd keeps. A file is appended to without end; logrotate "
       "wants copytruncate for it."},
      {"log.level", level(), "Each level also logs the less chatty ones after it."},

      {"policy.mu", number<kAll, kPolicy, &policy::Parameters::mu>(0.01, 0.99),
       "Weight of the newest sample in the smoothed load. Higher reacts sooner, and to short peaks "
       "too."},
      {"policy.overload", number<kAll, kPolicy, &policy::Parameters::overload>(0.05, 1),
       "Above this share of any resource a host is overloaded and asks for relief. Lower moves VMs "
       "sooner and more often."},
      {"policy.target", number<kAll, kPolicy, &policy::Parameters::target>(0.01, 0.999),
       "What source and destination must be at most afterwards. The gap to overload keeps VMs from "
       "going back and forth; a wide gap finds fewer solutions."},
      {"policy.alpha", number<kAll, kPolicy, &policy::Parameters::alpha>(0, 1),
       "Weight of a VM's load in its cost; alpha + beta = 1. Higher prefers VMs that load the host "
       "less."},
      {"policy.beta", number<kAll, kPolicy, &policy::Parameters::beta>(0, 1),
       "Weight of a VM's memory image in its cost. Higher prefers VMs that are quick to copy."},
      {"policy.work_limit",
       count<kAll, kPolicy, &policy::Parameters::work_limit>(1'000, 100'000'000),
       "Steps of the search for a set of VMs. Lower bounds the time of a decision and may miss a "
       "solution."},
      {"policy.allow_partial", flag<kAll, kPolicy, &policy::Parameters::allow_partial>(),
       "When nothing is enough, make the best single move. Helps a little, and may help in vain."},
      {"policy.hold", count<kAll, kPolicy, &policy::Parameters::hold>(1, 100),
       "An overload must last for so many samples before relief is asked for. Higher ignores "
       "longer peaks, and leaves a true overload as long."},
      {"policy.vm_mu", number<kAll, kPolicy, &policy::Parameters::vm_mu>(0, 0.99),
       "As mu, for the figures of VMs; 0 takes the last reading. Lower chooses by what a VM uses "
       "for long, and knows its present use less well."},
      {"policy.min_gain", number<kAll, kPolicy, &policy::Parameters::min_gain>(0, 0.5),
       "The fullest of the hosts involved must become less full by so much, or nothing moves. "
       "Higher makes fewer and larger changes, and finds fewer solutions."},
      {"policy.weight_prediction", flag<kAll, kPolicy, &policy::Parameters::weight_prediction>(),
       "A VM's cost takes the seconds that its migration is expected to take in place of its "
       "memory "
       "image. Prefers VMs that write little; rests on a prediction."},
      {"policy.objective",
       choice<kAll, kPolicy, &policy::Parameters::objective>({"fewest-vms", "least-cost"}),
       "Of the sets of VMs that are enough: fewest-vms takes the smallest, and of these the "
       "cheapest; least-cost the cheapest of any size, which copies less memory in more "
       "migrations."},

      {"election.profile", profile(),
       "fast (heartbeat 100ms, lease 540ms, promise 600ms) replaces a dead coordinator in 0.6 s "
       "rather than 0.9 s, and costs a few elections an hour unless prumod has raised priority."},
      {"election.heartbeat", duration<kAll, kElection, &election::Parameters::heartbeat>(50ms, 60s),
       "How often the coordinator is heard. Shorter forgives more lost messages; costs 2 messages "
       "per member each time. Above 200 members it grows with them, and what rests on it too."},
      {"election.lease", duration<kAll, kElection, &election::Parameters::lease>(20ms, 10min),
       "How long the coordinator acts on one acknowledged heartbeat. Longer rides out longer "
       "pauses "
       "of its process; lengthens the promise with it."},
      {"election.promise", duration<kAll, kElection, &election::Parameters::promise>(20ms, 10min),
       "How long a host follows nobody else. About as long as a crash of the coordinator goes "
       "unnoticed; shorter makes pauses cost elections. The same on every host."},
      {"election.drift", number<kAll, kElection, &election::Parameters::drift>(0, 0.5),
       "Bound on how much two hosts' clocks differ in speed. Higher is safer with bad clocks, and "
       "demands a longer promise."},
      {"election.stagger", duration<kAll, kElection, &election::Parameters::stagger>(1ms, 10min),
       "Head start of each higher rank. Shorter than a round trip with a disk write, two ranks "
       "claim "
       "at once; longer delays elections."},
      {"election.ok_wait", duration<kAll, kElection, &election::Parameters::ok_wait>(1ms, 10min),
       "How long the answer of a live higher rank is waited for."},
      {"election.claim_retry",
       duration<kAll, kElection, &election::Parameters::claim_retry>(1ms, 10min),
       "How often a claim is repeated. Shorter heals lost messages sooner, and sends more of "
       "them."},
      {"election.claim_timeout",
       duration<kAll, kElection, &election::Parameters::claim_timeout>(2ms, 10min),
       "When a claim without a majority is given up."},
      {"election.takeover_delay",
       duration<kAll, kElection, &election::Parameters::takeover_delay>(20ms, 24h),
       "How long a returning higher rank must be stable before it leads again. Shorter obeys the "
       "ranks sooner, longer disturbs less."},
      {"election.takeover_most",
       duration<kAll, kElection, &election::Parameters::takeover_most>(20ms, 24h),
       "That delay doubles for a rank that comes and goes, up to this."},
      {"election.hears_window",
       duration<kAll, kElection, &election::Parameters::hears_window>(20ms, 1h),
       "A majority heard within this time makes a host fit to take over. Grows with the members."},

      {"gossip.period", duration<kAll, kGossip, &gossip::Parameters::gossip_period>(100ms, 10s),
       "How often digests are exchanged. Halving it halves the age of what status shows and "
       "doubles "
       "the traffic."},
      {"gossip.fanout", count<kAll, kGossip, &gossip::Parameters::fanout>(1, 8),
       "Digests per period. Cost and speed grow with it; at 1 a lost frame is felt as a whole "
       "period."},
      {"gossip.probe_period",
       duration<kAll, kGossip, &gossip::Parameters::probe_period>(200ms, 10s),
       "One member is probed per period. Shorter finds a death sooner and is deceived by pauses "
       "more "
       "easily."},
      {"gossip.probe_timeout",
       duration<kAll, kGossip, &gossip::Parameters::probe_timeout>(20ms, 10s),
       "When others are asked to probe too. Must exceed the pauses of a healthy process."},
      {"gossip.indirect", count<kAll, kGossip, &gossip::Parameters::indirect>(0, 10),
       "How many others are asked. More forgive a lossy network better; four messages each per "
       "failed probe."},
      {"gossip.suspicion_periods",
       number<kAll, kGossip, &gossip::Parameters::suspicion_periods>(1, 20),
       "From suspect to dead, in probe periods times max(1, log10 of the members), when others "
       "confirm. Lower declares death sooner, also of who only pauses."},
      {"gossip.suspicion_most", number<kAll, kGossip, &gossip::Parameters::suspicion_most>(1, 20),
       "So many times longer when nobody confirms. Higher protects better from an accuser that is "
       "itself sick."},
      {"gossip.rumour_batch", duration<kAll, kGossip, &gossip::Parameters::rumour_batch>(10ms, 10s),
       "Rumours leave at most once in this time. Longer saves messages."},
      {"gossip.rumour_bytes_per_s",
       count<kAll, kGossip, &gossip::Parameters::rumour_bytes_per_s>(4'096, 16'777'216),
       "What rumours may take of the network; beyond it they wait, and the exchanges repair."},

      {"relief.sample_interval", duration<kAll, kRelief, &Relief::sample_interval>(100ms, 60s),
       "How often host and VMs are measured. Shorter reacts sooner and costs about 4 ms of CPU per "
       "VM "
       "each time."},
      {"relief.info_deadline", duration<kAll, kRelief, &Relief::info_deadline>(10ms, 60s),
       "How long the coordinator waits for fresh figures; who is late is no destination."},
      {"relief.order_freshness", duration<kAll, kRelief, &Relief::order_freshness>(100ms, 60s),
       "An answer to an older request for relief is not obeyed."},
      {"relief.promised", duration<kAll, kRelief, &Relief::promised>(100ms, 10min),
       "A destination counts as taken for so long after it was ordered."},
      {"relief.slot_ask", duration<kAll, kRelief, &Relief::slot_ask>(100ms, 10min),
       "A destination that holds its slot for so long asks the source whether it still wants it."},
      {"relief.slot_bound", duration<kAll, kRelief, &Relief::slot_bound>(1s, 1h),
       "A source that is silent for so long loses the slot. Must exceed the time that libvirt can "
       "hang in connecting; longer keeps a slot from others after a crash."},
      {"relief.freed_memory", duration<kAll, kRelief, &Relief::freed_memory>(1s, 168h),
       "The hook turns a VM away for so long after its slot was given up. Longer bears a libvirt "
       "that hangs for longer, and turns away longer what an operator moves by hand."},
      {"relief.late_reserved", duration<kAll, kRelief, &Relief::late_reserved>(100ms, 60s),
       "A reservation that is answered later starts nothing."},
      {"relief.settle", duration<kAll, kRelief, &Relief::settle>(0s, 1h),
       "A host that received a VM takes no other for so long. 0s: until 90 % of the VM's load is "
       "in "
       "the smoothed figures, 15 s with the defaults. Shorter decides on figures that do not show "
       "the VM yet."},
      {"relief.cooldown", duration<kAll, kRelief, &Relief::cooldown>(0s, 24h),
       "A VM that has moved stays for so long. Shorter lets a VM wander."},
      {"relief.avoid", duration<kAll, kRelief, &Relief::avoid>(1s, 24h),
       "A VM and a host that refused it, or where it failed, are not paired for so long; doubles "
       "each "
       "time."},
      {"relief.avoid_most", duration<kAll, kRelief, &Relief::avoid_most>(1s, 168h), "Up to this."},
      {"relief.backoff", duration<kAll, kRelief, &Relief::backoff>(100ms, 1h),
       "How long an overloaded host that nobody can help waits before it asks again; doubles each "
       "time."},
      {"relief.backoff_most", duration<kAll, kRelief, &Relief::backoff_most>(100ms, 24h),
       "Up to this."},
      {"relief.report_interval", duration<kAll, kRelief, &Relief::report_interval>(100ms, 60s),
       "How often the end of a migration is reported until the coordinator acknowledges it."},
      {"relief.recovery_grace", duration<kAll, kRelief, &Relief::recovery_grace>(3s, 10min),
       "A restarted daemon judges a migration it had begun by nothing it sees earlier than this. "
       "Must exceed the time that libvirt may keep an order waiting."},
      {"relief.lost_after", duration<kAll, kRelief, &Relief::lost_after>(300ms, 1h),
       "What can't be explained by then is reported as needing an operator."},
      {"relief.reserve", number<kAll, kRelief, &Relief::reserve>(0, 0.5),
       "So much of each resource of this host, below the target, is kept free of VMs that come in. "
       "Higher leaves its own VMs room to grow, and helps the others less. Each host may have its "
       "own."},
      {"relief.most_at_once", count<kAll, kRelief, &Relief::most_at_once>(0, 1'000),
       "Migrations of the whole cluster at a time; 0 sets no limit. Lower spares the network, and "
       "relieves one host after the other."},
      {"relief.most_per_hour", count<kAll, kRelief, &Relief::most_per_hour>(0, 100'000),
       "Migrations of the whole cluster within an hour; 0 sets no limit. Lower bounds the unrest, "
       "and leaves overloads that come later. Hosts that do not answer, and those before a restart "
       "of their daemon, are not counted."},
      {"relief.sanity_gate", flag<kAll, kRelief, &Relief::sanity_gate>(),
       "Freezes a host whose samples are impossible, stuck or stale, and asks for relief only when "
       "two of three samples are above the limit. Acts on a true overload a sample or two later."},
      {"relief.allow_defined", flag<kAll, kRelief, &Relief::allow_defined>(),
       "An inactive definition of the same VM at the destination is no obstacle; it is "
       "overwritten."},
      {"relief.ignore", list<kAll, kRelief, &Relief::ignore>(),
       "Shell patterns of VM names that never leave their host, as [\"db*\", \"router\"]."},

      {"hook.daemon_down", choice<&Config::hook, &Hook::daemon_down>({"pass", "veto"}),
       "What the libvirt hook says of every VM while prumod does not answer. pass: migrations by "
       "hand work without prumod. veto: nothing comes in then, not even what was reserved."},
      {"hook.strict", flag<kAll, kRelief, &Relief::strict>(),
       "The libvirt hook lets in only VMs for which prumo holds this host's slot; nobody can then "
       "migrate one here by hand."},
  };
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> list = make_keys();
  return list;
}

const Key* find_key(std::string_view name) {
  for (const Key& key : keys())
    if (key.name == name) return &key;
  return nullptr;
}

}  // namespace prumo::config
