#pragma once
#include <boost/json/value.hpp>
#include <string>

#include "base/error.hpp"
#include "domain/message.hpp"

/// Messages as documents of the index (docs/formats.md). A document's name is its message's id.
namespace godwit::engine::elasticsearch {

/// Changes with the fields below, and with what `definition` says of them.
inline constexpr int kIndexVersion = 1;

/// The settings and fields of an index, as PUT takes them, behind `alias` (empty: none).
[[nodiscard]] std::string definition(const std::string& alias, std::size_t shards, std::size_t replicas);

/// A JSON object. A message with a text brings the terms of it, which are indexed and not kept.
[[nodiscard]] std::string document_of(const Message& message);
/// What stands for a message that was recalled before it came.
[[nodiscard]] std::string awaited_document();

/// Of a document's `_source`: the message; nullptr: it was recalled and is awaited. unavailable: it is damaged.
[[nodiscard]] Result<MessagePtr> message_of(const boost::json::value& source);

}  // namespace godwit::engine::elasticsearch
