#include "user/accounts/passwords.hpp"

#include "base/unicode.hpp"
#include "user/accounts/password_hasher.hpp"

namespace godwit::user {

Task<Result<std::string>> hash_password(Context& context, std::string password) {
  return context.hasher.hash(nfc(password));
}

Task<Result<PasswordMatch>> match_password(Context& context, std::string hash, std::string password,
                                            std::string lane) {
  auto composed = nfc(password);
  const bool one_spelling = composed == password;
  CO_TRY(const bool right, co_await context.hasher.verify(hash, std::move(composed), lane));
  if (right || one_spelling) co_return PasswordMatch{.right = right};
  CO_TRY(const bool as_typed, co_await context.hasher.verify(std::move(hash), std::move(password), std::move(lane)));
  co_return PasswordMatch{.right = as_typed, .outdated = as_typed};
}

}  // namespace godwit::user
