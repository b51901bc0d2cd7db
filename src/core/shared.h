#pragma once
// A large value that is copied and compared at every turn and seldom changed: copies share it, and
// are told to be equal without being read.

#include <memory>
#include <utility>

namespace prumo {

template <class T>
class Shared {
 public:
  Shared() = default;
  explicit Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}
  const T& operator*() const {
    static const T none;
    return value_ ? *value_ : none;
  }
  bool operator==(const Shared& other) const { return value_ == other.value_ || **this == *other; }

 private:
  std::shared_ptr<const T> value_;  ///< null: T{}
};

}  // namespace prumo
