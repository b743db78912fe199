#pragma once
#include <string>
#include <vector>

namespace godwit::net {

struct Header {
  std::string name;  ///< lower-case
  std::string value;
};

/// The answer to a call, as a value.
struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers{};
};

}  // namespace godwit::net
