#pragma once
// A campaign for people and for scripts: what was violated and how to see it again, then what was
// run, then the paths that were taken.

#include <string>

#include "tests/simulation/run/campaign.h"

namespace prumo::simulation {

/// Whether the campaign is of the drawn scenarios as they are and big enough to have taken every
/// expected path.
[[nodiscard]] bool must_take_all_paths(const CampaignPlan&, const Campaign&);
/// Nothing violated, every repeated seed alike, and no path missed that had to be taken.
[[nodiscard]] bool passed(const CampaignPlan&, const Campaign&);

/// The command that shows a seed's run again.
[[nodiscard]] std::string replay_command(std::uint64_t seed, const CampaignPlan&);

/// `with_paths`: also the table of paths of a campaign that is too small to be judged by them.
[[nodiscard]] std::string as_text(const CampaignPlan&, const Campaign&, bool with_paths);
[[nodiscard]] std::string as_json(const CampaignPlan&, const Campaign&);

}  // namespace prumo::simulation
