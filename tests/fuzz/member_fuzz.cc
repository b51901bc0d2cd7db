// Files of the members and the clients folder: what is read can be written and read again.

#include "config/document.h"
#include "config/folders.h"
#include "tests/fuzz/input.h"

using namespace prumo;

namespace {

template <class T, class Read, class Write>
void check(const config::Document& document, const Read& read, const Write& write) {
  const Result<T> found = read(document);
  if (!found) return fuzz::require_one_line(found.error().message);
  const auto written = config::parse_document(write(*found), document.path);
  fuzz::require(written.has_value(), "what is written is TOML");
  const Result<T> again = read(*written);
  fuzz::require(again && *again == *found, "a file survives being written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document =
      config::parse_document(std::string(fuzz::text_of(data, size)), "members/h1.toml");
  if (!document) {
    fuzz::require_one_line(document.error().message);
    return 0;
  }
  for (const auto keys : {config::Keys::kRequired, config::Keys::kOptional})
    check<Member>(
        *document, [keys](const config::Document& d) { return config::member_of(d, keys); },
        config::member_text);
  check<config::Client>(*document, config::client_of, config::client_text);
  return 0;
}
