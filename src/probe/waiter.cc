#include "src/probe/waiter.h"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace prumo::probe {

Waiter::Waiter() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
Waiter::~Waiter() { ::close(epoll_); }

void Waiter::watch(int fd, std::uint64_t tag, bool readable, bool writable) {
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.u64 = tag;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Waiter::forget(int fd) { ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }

const std::vector<Waiter::Ready>& Waiter::wait(Duration at_most) {
  // epoll_wait counts in milliseconds, which is too coarse for a schedule.
  const auto us = std::max<std::int64_t>(at_most.count(), 0);
  const timespec patience{us / 1000000, us % 1000000 * 1000};
  pollfd any{epoll_, POLLIN, 0};
  ready_.clear();
  if (::ppoll(&any, 1, &patience, nullptr) <= 0) return ready_;
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& e = events[static_cast<std::size_t>(i)];
    ready_.push_back({e.data.u64, (e.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0,
                      (e.events & EPOLLOUT) != 0});
  }
  return ready_;
}

}  // namespace prumo::probe
