#pragma once
#include <charconv>
#include <string>
#include <string_view>

#include "service/dead_letters.hpp"

namespace godwit::app {

/// How people name a dead letter: "offline-17", "store-17".
[[nodiscard]] inline std::string id_of(const dispatch::DeadLetter::Place& place) {
  return (place.topic == dispatch::Topic::store ? "store-" : "offline-") + std::to_string(place.offset);
}

/// not_found where nothing can be called so.
[[nodiscard]] inline Result<dispatch::DeadLetter::Place> place_of(std::string_view id) {
  for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline}) {
    dispatch::DeadLetter::Place place{.topic = topic};
    const std::string_view prefix = topic == dispatch::Topic::store ? "store-" : "offline-";
    if (!id.starts_with(prefix)) continue;
    const auto* const end = id.data() + id.size();
    const auto [stopped, error] = std::from_chars(id.data() + prefix.size(), end, place.offset);
    if (error == std::errc() && stopped == end) return place;
  }
  return fail(Code::not_found, "there is no such dead letter");
}

}  // namespace godwit::app
