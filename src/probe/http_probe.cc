// libcurl's multi interface: it says which sockets to wait for and by when it wants to be called.

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "src/probe/probe.h"
#include "src/probe/waiter.h"

namespace prumo::probe {
namespace {

constexpr long kMostKept = 1000;   // connections that wait for their next request
constexpr long kFirstError = 400;  // HTTP status

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

class HttpProbe final : public Probe {
 public:
  explicit HttpProbe(std::string url) : url_(std::move(url)), multi_(::curl_multi_init()) {
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
    ::curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
    ::curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    ::curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kMostKept);
  }
  ~HttpProbe() override {
    while (!running_.empty()) give_up(running_.begin()->first);
    for (CURL* easy : idle_) ::curl_easy_cleanup(easy);
    ::curl_multi_cleanup(multi_);
  }

  Result<void> send(RequestNumber number) override {
    CURL* easy = take();
    if (easy == nullptr) return fail("out of memory");
    ::curl_easy_setopt(easy, CURLOPT_PRIVATE, reinterpret_cast<void*>(number));
    if (const CURLMcode code = ::curl_multi_add_handle(multi_, easy); code != CURLM_OK) {
      idle_.push_back(easy);
      return fail(::curl_multi_strerror(code));
    }
    running_.emplace(number, easy);
    return {};
  }

  void wait(Duration at_most, const OnEnd& on_end) override {
    if (timer_) at_most = std::min(at_most, *timer_ - now());
    for (const Waiter::Ready& ready : waiter_.wait(at_most)) {
      const int events =
          (ready.readable ? CURL_CSELECT_IN : 0) | (ready.writable ? CURL_CSELECT_OUT : 0);
      act(static_cast<curl_socket_t>(ready.tag), events);
    }
    if (timer_ && *timer_ <= now()) {
      timer_.reset();
      act(CURL_SOCKET_TIMEOUT, 0);
    }
    tell(on_end);
  }

  void give_up(RequestNumber number) override {
    const auto it = running_.find(number);
    if (it == running_.end()) return;
    ::curl_multi_remove_handle(multi_, it->second);
    idle_.push_back(it->second);
    running_.erase(it);
  }

 private:
  static Duration now() {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
  }

  static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    Waiter& waiter = static_cast<HttpProbe*>(self)->waiter_;
    if (what == CURL_POLL_REMOVE)
      waiter.forget(fd);
    else
      waiter.watch(fd, static_cast<std::uint64_t>(fd), what != CURL_POLL_OUT, what != CURL_POLL_IN);
    return 0;
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    auto& timer = static_cast<HttpProbe*>(self)->timer_;
    timer.reset();
    if (milliseconds >= 0) timer = now() + std::chrono::milliseconds(milliseconds);
    return 0;
  }

  CURL* take() {
    if (!idle_.empty()) {
      CURL* easy = idle_.back();
      idle_.pop_back();
      return easy;
    }
    CURL* easy = ::curl_easy_init();
    if (easy == nullptr) return nullptr;
    ::curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    ::curl_easy_setopt(easy, CURLOPT_USERAGENT, "prumo-impact");
    ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    return easy;
  }

  void act(curl_socket_t socket, int events) {
    int running = 0;
    ::curl_multi_socket_action(multi_, socket, events, &running);
  }

  void tell(const OnEnd& on_end) {
    int left = 0;
    while (const CURLMsg* message = ::curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      void* number = nullptr;
      long status = 0;
      ::curl_easy_getinfo(easy, CURLINFO_PRIVATE, &number);
      ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      give_up(reinterpret_cast<RequestNumber>(number));
      std::string error;
      if (code != CURLE_OK)
        error = ::curl_easy_strerror(code);
      else if (status >= kFirstError)
        error = "HTTP status " + std::to_string(status);
      on_end(reinterpret_cast<RequestNumber>(number), error);
    }
  }

  std::string url_;
  Waiter waiter_;  // outlives multi_, which calls on_socket while it is cleaned up
  std::optional<Duration> timer_;
  CURLM* multi_;
  std::map<RequestNumber, CURL*> running_;
  std::vector<CURL*> idle_;
};

}  // namespace

std::unique_ptr<Probe> make_http_probe(const Target& target) {
  static const CURLcode once = ::curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
  return std::make_unique<HttpProbe>(target.text);
}

}  // namespace prumo::probe
