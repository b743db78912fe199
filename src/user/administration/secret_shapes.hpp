#pragma once
#include "user/store/invite_store.hpp"
#include "user/store/service_key_store.hpp"
#include "wire/json.hpp"

/// Service keys and invites as admins see them: never the secret.
namespace godwit::user {

/// {id,name,scopes,createdAt,expiresAt,lastUsedAt}; null: never.
void write(wire::JsonWriter& json, const ServiceKey& key);
/// {id,uses,used,createdAt,expiresAt}; `uses` null: any number.
void write(wire::JsonWriter& json, const Invite& invite);

}  // namespace godwit::user
