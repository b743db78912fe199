#pragma once
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <memory>
#include <string>

namespace godwit::net::testing {

/// For tests: a gRPC server that knows no types. /t/Echo says what it hears, as often as it hears something; /t/Silent
/// answers nothing; /t/Fail ends with a status; /t/Metadata says the call's "word"; /t/Large says 2 MiB; /t/Leave hears
/// one thing and ends the call well; any other hears on and says nothing, or does as /t/Leave where it is told to.
class GrpcTestServer {
 public:
  explicit GrpcTestServer(int port = 0) {
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), ::grpc::InsecureServerCredentials(), &port_);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~GrpcTestServer() { server_->Shutdown(std::chrono::system_clock::now()); }

  [[nodiscard]] int port() const noexcept { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int cancelled() const noexcept { return service_.cancelled.load(); }
  void leave() noexcept { service_.leaves = true; }
  /// Messages, of all calls.
  [[nodiscard]] int heard() const noexcept { return service_.heard.load(); }

 private:
  class Service final : public ::grpc::CallbackGenericService {
   public:
    ::grpc::ServerGenericBidiReactor* CreateReactor(::grpc::GenericCallbackServerContext* context) override;
    std::atomic<int> cancelled{0}, heard{0};
    std::atomic<bool> leaves{false};
  };

  class Answering final : public ::grpc::ServerGenericBidiReactor {
   public:
    Answering(::grpc::GenericCallbackServerContext& context, Service& service) : context_(context), service_(service) {
      if (context.method() == "/t/Fail")
        Finish({::grpc::StatusCode::PERMISSION_DENIED, "not you", std::string("\x01\0\x02", 3)});
      else
        StartRead(&heard_);
    }
    void OnReadDone(bool ok) override {
      if (!ok) return finish(::grpc::Status::OK);
      ++service_.heard;
      if (context_.method() == "/t/Silent") return;
      if (context_.method() == "/t/Leave") return finish(::grpc::Status::OK);
      if (context_.method() == "/t/Metadata") said_ = string_value(word());
      if (context_.method() == "/t/Large") said_ = string_value(std::string(2U << 20U, 'x'));
      if (context_.method() == "/t/Echo") said_ = heard_;
      if (!said_.Valid()) return service_.leaves ? finish(::grpc::Status::OK) : StartRead(&heard_);
      StartWrite(&said_);
    }
    void OnWriteDone(bool ok) override { ok ? StartRead(&heard_) : finish(::grpc::Status::OK); }
    void OnCancel() override {
      ++service_.cancelled;
      if (context_.method() == "/t/Silent") finish(::grpc::Status::CANCELLED);
    }
    void OnDone() override { delete this; }

   private:
    void finish(const ::grpc::Status& status) {
      if (!finished_.exchange(true)) Finish(status);
    }
    std::string word() {
      std::string out;
      for (auto [at, end] = context_.client_metadata().equal_range("word"); at != end; ++at)
        out += std::string(at->second.data(), at->second.size()) + ";";
      return out;
    }
    /// A google.protobuf.StringValue as it goes over the wire.
    static ::grpc::ByteBuffer string_value(const std::string& value) {
      std::string bytes("\x0a");
      auto length = value.size();
      for (; length > 127; length >>= 7U) bytes += static_cast<char>((length & 127U) | 128U);
      bytes += static_cast<char>(length);
      const ::grpc::Slice slice(bytes + value);
      return {&slice, 1};
    }

    ::grpc::GenericCallbackServerContext& context_;
    Service& service_;
    ::grpc::ByteBuffer heard_, said_;
    std::atomic<bool> finished_{false};
  };

  Service service_;
  int port_ = 0;
  std::unique_ptr<::grpc::Server> server_;
};

inline ::grpc::ServerGenericBidiReactor* GrpcTestServer::Service::CreateReactor(
    ::grpc::GenericCallbackServerContext* context) {
  return new Answering(*context, *this);
}

}  // namespace godwit::net::testing
