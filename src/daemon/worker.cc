#include "src/daemon/worker.h"

#include <pthread.h>

#include <csignal>
#include <thread>
#include <utility>

namespace prumo::daemon {

Worker::Worker(std::string name) {
  // Signals belong to the reactor's descriptor; no worker may swallow one.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread([shared = shared_] { loop(shared); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_setname_np(thread.native_handle(), name.substr(0, 15).c_str());
  thread.detach();
}

Worker::~Worker() {
  const std::lock_guard lock(shared_->mutex);
  shared_->stop = true;
  shared_->jobs.clear();
  shared_->changed.notify_all();
}

void Worker::run(std::function<void()> job) {
  const std::lock_guard lock(shared_->mutex);
  shared_->jobs.push_back(std::move(job));
  shared_->changed.notify_all();
}

std::size_t Worker::waiting() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->jobs.size();
}

bool Worker::wait_idle(Duration timeout) {
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_for(lock, timeout,
                                   [this] { return shared_->jobs.empty() && !shared_->busy; });
}

void Worker::loop(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->changed.wait(lock, [&] { return shared->stop || !shared->jobs.empty(); });
    if (shared->stop) return;
    const auto job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    shared->busy = true;
    lock.unlock();
    job();
    lock.lock();
    shared->busy = false;
    shared->changed.notify_all();
  }
}

}  // namespace prumo::daemon
