#include "policy/overload.h"

#include <algorithm>

#include "policy/text.h"

namespace prumo::policy {

std::vector<Resource> exceeding(const Utilisation& u, Micro limit) {
  std::vector<Resource> found;
  for (const Resource r : kResources) {
    if (u[r] > limit) found.push_back(r);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&u](Resource a, Resource b) { return u[a] > u[b]; });
  return found;
}

std::string overload_text(const Utilisation& u, Micro limit) {
  std::string text;
  for (const Resource r : exceeding(u, limit)) {
    if (!text.empty()) text += ", ";
    text += above(r, u[r], limit);
  }
  return text;
}

}  // namespace prumo::policy
