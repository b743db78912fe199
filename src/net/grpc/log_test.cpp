#include "net/grpc/log.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <unistd.h>

#include <string>

namespace godwit::net {

TEST_CASE("grpc: what the libraries say by themselves are lines of our log") {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  {
    Log log(ends[1], Level::warn);
    const GrpcLog grpc(log);
    gpr_log(GPR_ERROR, "no \"address\"");
    gpr_log(GPR_INFO, "nothing of interest");
    GOOGLE_LOG(ERROR) << "a field is broken";
  }
  ::close(ends[1]);
  std::string said(4096, '\0');
  const auto size = ::read(ends[0], said.data(), said.size());
  ::close(ends[0]);
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  CHECK(said.find(R"("event":"grpc","detail":"no \"address\"")") != std::string::npos);
  CHECK(said.find(R"("event":"protobuf","detail":"a field is broken")") != std::string::npos);
  CAPTURE(said);
  CHECK(said.find("interest") == std::string::npos);
}

}  // namespace godwit::net
