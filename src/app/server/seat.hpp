#pragma once
#include <cstddef>
#include <memory>
#include <utility>

namespace godwit::app {

/// Room for something that may be made in it, once. Roles refer to each other in circles: where one will be is known
/// before it is made. Main's thread makes and unmakes it.
template <class T>
class Seat {
 public:
  Seat() = default;
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  ~Seat() {
    if (made_) std::destroy_at(at());
  }

  template <class... Arguments>
  T& make(Arguments&&... arguments) {
    std::construct_at(at(), std::forward<Arguments>(arguments)...);
    made_ = true;
    return *at();
  }
  /// Where it is, or will be: until it is made good for nothing but to be kept.
  [[nodiscard]] T& place() noexcept { return *at(); }
  /// nullptr: it was not made.
  [[nodiscard]] T* get() noexcept { return made_ ? at() : nullptr; }
  [[nodiscard]] const T* get() const noexcept { return made_ ? reinterpret_cast<const T*>(room_) : nullptr; }

 private:
  [[nodiscard]] T* at() noexcept { return reinterpret_cast<T*>(room_); }

  alignas(T) std::byte room_[sizeof(T)];
  bool made_ = false;
};

}  // namespace godwit::app
