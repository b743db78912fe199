#include "engine/redis/log_script.hpp"

#include <charconv>

namespace godwit::redis {

std::string given_time(const Clock* clock) { return clock == nullptr ? "" : std::to_string(clock->now()); }

LogPage log_page(const Reply& reply) {
  const auto epoch = static_cast<std::uint64_t>(reply.at(0).integer());
  LogPage page{.up_to = {.epoch = epoch, .number = static_cast<std::uint64_t>(reply.at(1).integer())},
               .lost = reply.at(2).integer() != 0,
               .entries = &reply.at(3).elements};
  if (!page.entries->empty()) page.up_to.number = number_of(page.entries->back());
  return page;
}

std::uint64_t number_of(const Reply& entry) {
  std::uint64_t number = 0;
  const auto& id = entry.at(0).text;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

const std::string& field_of(const Reply& entry, std::string_view name) {
  static const std::string none;
  const auto& fields = entry.at(1).elements;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
    if (fields[i].text == name) return fields[i + 1].text;
  return none;
}

}  // namespace godwit::redis
