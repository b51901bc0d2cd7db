#pragma once
// Puts one value into its place in a Config, if it may be there.

#include <string>

#include "config/document.h"
#include "config/key.h"

namespace prumo::config {

/// The answer is what is wrong with the value and how to cure it; empty: nothing, it is set.
[[nodiscard]] std::string set_key(Config&, const Key&, const Value&);

}  // namespace prumo::config
