#pragma once
// How many bytes a message will take, estimated from above. The codec writes msgpack arrays of the
// fields in order; the estimate supposes numbers of ordinary size (counts below 65536, ages below
// 71 minutes in five bytes) and full doubles, so that it errs by a few bytes an entry. Limits and
// budgets count these.
//
//   digest entry   1 array, id 1+n, incarnation 1+3+3, standing 1, version 5            = 15 + n
//   update         digest entry, 1 array, accuser 1+a, age 5, summary or nil 1          = 23 + n +
//   a summary        1 array, two resources of 28, utilisation 16, numbers, flags, lengths = 130 +
//   texts

#include <cstddef>

#include "gossip/message.h"

namespace prumo::gossip {

/// A frame's envelope around the body: prefix, sender, incarnation, run, epoch, type.
inline constexpr std::size_t kEnvelopeBytes = 80;
/// No body is longer; what does not fit is left to the next round. A frame stays below 64 KiB also
/// where numbers are longer than the estimate supposes.
inline constexpr std::size_t kBodyBytesMost = 40 * 1024;
/// A digest is cut at this: what it costs does not grow beyond some 800 members with short ids, or
/// 450 with long ones. The window of a larger cluster is random each time, and what is not in it waits
/// for the next.
inline constexpr std::size_t kDigestBytesMost = 16 * 1024;
/// Longest text or id in a summary: the owner's are cut to it, others' summaries beyond it refused.
inline constexpr std::size_t kTextBytesMost = 255;

[[nodiscard]] std::size_t bytes_of(const DigestEntry&);
[[nodiscard]] std::size_t bytes_of(const Summary&);
[[nodiscard]] std::size_t bytes_of(const Update&);
/// With the envelope.
[[nodiscard]] std::size_t bytes_of(const Message&);

/// Cuts the texts of one's own summary to kTextBytesMost, never within a UTF-8 character.
void cut_texts(Summary&);
/// Whether all texts and ids keep to kTextBytesMost.
[[nodiscard]] bool texts_fit(const Summary&);

}  // namespace prumo::gossip
