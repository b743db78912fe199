#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "offline/timeline.hpp"
#include "service/offline.hpp"

namespace godwit::offline {

/// What stands between one user and one conversation. Rows come into being by Timeline::put alone.
struct Row {
  Conversation conversation;
  ReadRanges ranges;
  Millis left_at = 0;  ///< when the last stay ended (the time of the last readable message); 0: it has not
  Head head;           ///< the conversation's, whether readable or not
  Seq floor = 0;       ///< the highest seq that expiry dropped
  Seq read = 0;        ///< the user's read position
  Seq cursor = 0;      ///< what the device asked for has acknowledged; 0 without a device
};

/// All of a user's rows, by conversation, as one device has them.
struct UserRows {
  std::vector<Row> rows;
  bool known = true;  ///< the device is, or none was named
};

/// The port that keeps how far each user has read and each device has received. Thread-safe. Errors are unavailable.
/// Acknowledgements survive a kill at once and a power cut with the next send (losing one only repeats a delivery);
/// read positions and the place of a new device survive both when answered.
///   - a device that is not known has acknowledged nothing: whatever the others did, it is shown all that is kept.
class CursorStore {
 public:
  virtual ~CursorStore() = default;

  /// Without a device cursors and floors are left out. Those of one user take turns with those of others.
  virtual Task<Result<UserRows>> rows(const UserKey& user, const DeviceId& device) = 0;
  /// One of them, without a device's cursor.
  virtual Task<Result<std::optional<Row>>> row(const UserKey& user, const Conversation& conversation) = 0;

  using Readers = std::vector<std::pair<UserKey, Conversation>>;
  /// How far each of them has read, in their order; 0 where one has not.
  virtual Task<Result<std::vector<Seq>>> read_positions(Readers readers) = 0;

  struct Moved {
    Seq read = 0;  ///< where it is now
    bool moved = false;
  };
  /// Moves the read position forward, never back.
  virtual Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) = 0;

  /// Makes a device known. A new one starts where the furthest of the user's devices, known or forgotten, got to (when
  /// the call began, or since); a known one keeps its place. Beyond 50 devices the least recently adopted is forgotten.
  /// However much there is to copy, others' writes go on meanwhile.
  virtual Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) = 0;
  virtual Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) = 0;

  struct Standing {
    Seq head = 0;    ///< of the conversation
    Seq cursor = 0;  ///< of the device, 0 where it has none of its own
  };
  /// Where things stand for each position, in the order given. not_found: no row of the user's; unavailable: damaged.
  virtual Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<Acknowledged>& devices) = 0;
  /// Moves the devices' cursors forward, never back, each device's whole or not at all. One that is not known is known
  /// from then on, with these positions alone (none will do): where the others were when it came nobody says here.
  virtual Task<Result<void>> advance(std::vector<Acknowledged> devices) = 0;
};

}  // namespace godwit::offline
