#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/client/blocking_socket.hpp"

namespace godwit::rocketmq {

/// RocketMQ's older protocol, to one broker or name server: what the gRPC proxy has no call for. A frame is
///   length:u32be (of all that follows)  header_length:u32be (highest byte 0: the header is JSON)  header  body
///   header := {"code":…,"opaque":…,"flag":0 (1: an answer),"extFields":{string: string}, …}
/// Blocking; one thread at a time; a call ends within `timeout`. For setting up and looking, not for messages.
class Remoting {
 public:
  static constexpr std::size_t kMostBytes = 16U << 20U;  ///< of an answer

  enum class Request : std::uint16_t {
    query_consumer_offset = 14,
    update_consumer_offset = 15,
    update_topic = 17,
    get_broker_config = 26,
    update_group = 200,
    delete_group = 207,
    delete_topic = 215,
    delete_topic_of_name_server = 216,
    get_topic = 351,
  };
  static constexpr int kSuccess = 0, kTopicNotThere = 17, kNotFound = 22;

  using Fields = std::map<std::string, std::string>;
  struct Answer {
    int code = 0;
    std::string remark;  ///< its words where the code is an error's
    Fields fields;
    std::string body;
  };

  /// `address`: "host:port". Connects on the first call.
  explicit Remoting(std::string address, std::chrono::milliseconds timeout = std::chrono::seconds(5));

  /// Any answer; `unavailable` where none comes, the detail says why. The connection is then made anew by the next
  /// call.
  [[nodiscard]] Result<Answer> call(Request request, const Fields& fields, std::string_view body = {});
  /// The body of an answer that says success; `internal` with the request's number and the other side's words.
  [[nodiscard]] Result<std::string> done(Request request, const Fields& fields, std::string_view body = {});

  [[nodiscard]] const std::string& address() const noexcept { return address_; }

 private:
  using Deadline = net::BlockingSocket::Deadline;
  [[nodiscard]] Result<void> connect(Deadline deadline);
  [[nodiscard]] Result<std::string> read(std::size_t size, Deadline deadline);
  [[nodiscard]] Result<std::string> read_frame(Deadline deadline);
  [[nodiscard]] std::unexpected<Error> lost(std::string_view why);

  const std::string address_;
  const std::chrono::milliseconds timeout_;
  net::BlockingSocket socket_;
  std::int32_t opaque_ = 0;  // numbers the requests
};

}  // namespace godwit::rocketmq
