#pragma once
#include <string>

#include "base/random.hpp"

namespace godwit::chat {

/// What makes this terminal one device of an account: an id kept in <config>/godwit/<host>-<key>.json (mode 0600;
/// <config> is XDG_CONFIG_HOME or ~/.config). A second terminal at the same time gets the id in …-2.json, and so on:
/// the file is locked while this lives. Nothing else is kept, no token, no password.
class Device {
 public:
  /// `named`: an id of the person's own choosing; no file then. Where no file can be had, the id is new each time.
  Device(const std::string& named, const std::string& host, const std::string& key, Random& random);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] std::string name() const;  ///< for people: "godwit chat on <machine>"

 private:
  bool take_file(const std::string& path, Random& random);
  std::string id_, named_;
  int fd_ = -1;
};

}  // namespace godwit::chat
