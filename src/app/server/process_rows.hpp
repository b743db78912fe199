#pragma once
#include "app/server/house_figures.hpp"
#include "wire/reply.hpp"

namespace godwit::app {

/// A process, as operators see it: on the admin page's calls and on the admin listener.
void write_process(wire::JsonWriter& json, const AskedProcess& process);
/// `"missing": […]`, into an object that is open.
void write_missing(wire::JsonWriter& json, const HouseView& view);
void write_shards(wire::JsonWriter& json, const ShardMap& map, const HouseView& view);

/// ready, waiting, draining or missing.
[[nodiscard]] std::string_view state_of(const AskedProcess& process);

}  // namespace godwit::app
