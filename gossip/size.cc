#include "gossip/size.h"

#include <array>
#include <type_traits>

namespace prumo::gossip {
namespace {

std::array<const std::string*, 7> texts_of(const Summary& s) {
  return {&s.receiving,        &s.receiving_from.value, &s.sending,
          &s.sending_to.value, &s.coordinator.value,    &s.trouble,
          &s.pause.by.value};
}

void cut(std::string& text) {
  if (text.size() <= kTextBytesMost) return;
  std::size_t end = kTextBytesMost;
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
  };
  while (end > 0 && continues(end)) --end;
  text.resize(end);
}

}  // namespace

std::size_t bytes_of(const DigestEntry& e) { return 15 + e.id.value.size(); }

std::size_t bytes_of(const Summary& s) {
  std::size_t bytes = 133 + 5 * s.running.size();
  for (const std::string* text : texts_of(s)) bytes += text->size();
  return bytes;
}

std::size_t bytes_of(const Update& u) {
  return bytes_of(u.about) + 8 + u.accuser.value.size() + (u.summary ? bytes_of(*u.summary) : 0);
}

std::size_t bytes_of(const Message& message) {
  return kEnvelopeBytes +
         std::visit(
             [](const auto& body) -> std::size_t {
               using Body = std::decay_t<decltype(body)>;
               std::size_t bytes = 4;
               if constexpr (std::is_same_v<Body, Digest>) {
                 for (const DigestEntry& e : body.entries) bytes += bytes_of(e);
               } else if constexpr (std::is_same_v<Body, Delta> || std::is_same_v<Body, Rumour>) {
                 for (const Update& u : body.updates) bytes += bytes_of(u);
               } else if constexpr (std::is_same_v<Body, Ping>) {
                 bytes += 9;
               } else {
                 bytes += 10 + body.target.value.size();
               }
               return bytes;
             },
             message);
}

void cut_texts(Summary& s) {
  for (std::string* text : {&s.receiving, &s.sending, &s.trouble}) cut(*text);
}

bool texts_fit(const Summary& s) {
  for (const std::string* text : texts_of(s)) {
    if (text->size() > kTextBytesMost) return false;
  }
  return true;
}

}  // namespace prumo::gossip
