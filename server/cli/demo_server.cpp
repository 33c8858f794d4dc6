#include "cli/demo_server.h"

#include <yaml-cpp/yaml.h>

#include "base/embedded.h"
#include "contract/account.rpc.h"
#include "contract/messages.rpc.h"
#include "contract/servers.rpc.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> content();
}

namespace lyceum::cli {
namespace {

using messages::v1::MessagesApi;
using servers::v1::ServersApi;

// For the owner, but not throttled like a person.
Call on_behalf_of(std::int64_t user_id) {
  Call::Info info;
  info.caller.user_id = user_id;
  info.caller.service = true;
  return Call(std::move(info));
}

std::string text(const YAML::Node& node, const char* field) {
  return node[field].as<std::string>("");
}

Task<Result<std::int64_t>> find_or_create_server(host::Host& host, Call call, YAML::Node wanted) {
  auto& api = host.get<ServersApi>();
  CO_TRY(const auto mine, co_await api.list_my_servers(call, {}));
  for (const auto& server : mine.servers())
    if (server.owner_id() == call.user_id() && server.name() == text(wanted, "name"))
      co_return server.id();
  servers::v1::CreateServerRequest request;
  request.set_name(text(wanted, "name"));
  request.set_description(text(wanted, "description"));
  request.set_public_(true);
  CO_TRY(const auto made, co_await api.create_server(call, std::move(request)));
  co_return made.id();
}

// `parent_id` 0: outside of any category.
Task<Result<std::int64_t>> find_or_create_channel(host::Host& host,
                                                  Call call,
                                                  std::int64_t server_id,
                                                  std::int64_t parent_id,
                                                  YAML::Node wanted) {
  auto& api = host.get<ServersApi>();
  servers::v1::ListChannelsRequest question;
  question.set_server_id(server_id);
  CO_TRY(const auto there, co_await api.list_channels(call, std::move(question)));
  for (const auto& channel : there.channels())
    if (channel.parent_id() == parent_id && channel.name() == text(wanted, "name"))
      co_return channel.id();
  servers::v1::CreateChannelRequest request;
  request.set_server_id(server_id);
  request.set_name(text(wanted, "name"));
  request.set_topic(text(wanted, "topic"));
  request.set_type(wanted["channels"] ? "category" : "text");
  if (parent_id != 0) request.set_parent_id(parent_id);
  CO_TRY(const auto made, co_await api.create_channel(call, std::move(request)));
  co_return made.id();
}

// A process killed in the middle has sent the first ones: deleted ones count, too.
Task<Result<void>> send_missing(host::Host& host,
                                Call call,
                                std::int64_t channel_id,
                                YAML::Node wanted) {
  auto& api = host.get<MessagesApi>();
  messages::v1::ListFromRequest question;
  question.set_channel_id(channel_id);
  question.set_limit(1000);
  CO_TRY(const auto there, co_await api.list_from(call, std::move(question)));
  for (auto i = static_cast<std::size_t>(there.messages_size()); i < wanted.size(); ++i) {
    messages::v1::SendMessageRequest request;
    request.set_channel_id(channel_id);
    request.set_content(wanted[i].as<std::string>(""));
    CO_TRY_VOID(co_await api.send_message(call, std::move(request)));
  }
  co_return Result<void>{};
}

Task<Result<void>> open_channels(host::Host& host,
                                 Call call,
                                 std::int64_t server_id,
                                 std::int64_t parent_id,
                                 YAML::Node wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const YAML::Node entry = wanted[i];
    CO_TRY(const auto id, co_await find_or_create_channel(host, call, server_id, parent_id, entry));
    if (entry["messages"]) CO_TRY_VOID(co_await send_missing(host, call, id, entry["messages"]));
    if (entry["channels"])
      CO_TRY_VOID(co_await open_channels(host, call, server_id, id, entry["channels"]));
  }
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> open_demo_servers(host::Host& host, std::int64_t owner_id) {
  const Call call = on_behalf_of(owner_id);
  account::v1::GetProfileRequest profile;  // makes it, so that the messages have a name at once
  profile.set_user_id(owner_id);
  CO_TRY_VOID(co_await host.get<account::v1::AccountApi>().get_profile(call, std::move(profile)));
  for (const auto& file : embedded::content()) {
    if (!file.path.starts_with("servers/")) continue;
    const YAML::Node wanted = YAML::Load(std::string(file.content));
    CO_TRY(const auto server_id, co_await find_or_create_server(host, call, wanted));
    CO_TRY_VOID(co_await open_channels(host, call, server_id, 0, wanted["channels"]));
  }
  co_return Result<void>{};
}

}  // namespace lyceum::cli
