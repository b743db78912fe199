#include "archive/archive_role.hpp"

namespace godwit::archive {

using dispatch::Topic;

ArchiveRole::ArchiveRole(ArchiveStore& store, dispatch::Bus& bus, user::Service& users, offline::Service& offline,
                         Settings settings, const Clock& clock, Log& log, Metrics& metrics)
    : store_(store),
      bus_(bus),
      users_(users),
      offline_(offline),
      settings_(settings),
      clock_(clock),
      log_(log),
      stored_(metrics.counter("godwit_archive_messages_total", "Messages taken into the archive, repeats included.")),
      refused_(metrics.counter("godwit_archive_refused_batches_total",
                               "Batches that the archive could not take and will see again.")),
      delay_(
          metrics.histogram("godwit_archive_delay_seconds", "From a message's number to its place in the archive.")) {
  metrics.gauge("godwit_archive_lag", "Messages on the bus that the archive has not taken.",
                [this] { return static_cast<double>(bus_.lag(Topic::store)); });
  bus_.consume(Topic::store, [this](std::span<const MessagePtr> batch) { return store_messages(batch); });
}

}  // namespace godwit::archive
