#pragma once
#include <string>

namespace godwit::net {

/// One side of TLS; all of it PEM. A client: `authorities` sign the server's certificate, its own is shown where the
/// server asks for one. A server: where `authorities` are set, a client has to show a certificate of theirs.
struct GrpcTls {
  std::string certificate, key, authorities;
};

}  // namespace godwit::net
