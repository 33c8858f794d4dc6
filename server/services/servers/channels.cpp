#include <fmt/format.h>

#include "base/idempotency.h"
#include "base/log.h"
#include "services/servers/rules.h"
#include "services/servers/servers.h"
#include "services/servers/store.h"

namespace lyceum::servers {
namespace {

constexpr std::size_t name_max = 100;  // characters; the contract's numbers
constexpr std::size_t topic_max = 1024;

Result<api::Channel> checked(const api::CreateChannelRequest& request) {
  api::Channel channel;
  TRY(*channel.mutable_name(), rules::checked_name("name", request.name(), name_max, true));
  TRY(*channel.mutable_topic(), rules::checked_name("topic", request.topic(), topic_max, false));
  if (request.type() != "text" && request.type() != "category")
    return bad_field("type", "not_one_of", "must be one of text,category");
  if (request.type() == "category" && request.has_parent_id())
    return bad_field("parent_id", "category_in_category", "a category stands in no other");
  channel.set_server_id(request.server_id());
  channel.set_type(request.type());
  if (request.has_parent_id()) channel.set_parent_id(request.parent_id());
  return channel;
}

}  // namespace

void keep_viewable(google::protobuf::RepeatedPtrField<api::Channel>& channels,
                   const Permissions& allowed) {
  google::protobuf::RepeatedPtrField<api::Channel> kept;
  for (auto& channel : channels) {
    const auto found = allowed.in_channels.find(channel.id());
    if (found == allowed.in_channels.end()) continue;
    channel.set_permissions(found->second);
    *kept.Add() = std::move(channel);
  }
  channels.Swap(&kept);
}

Result<void> Servers::add_channel(Tx& tx, const Call& call, api::Channel& channel) {
  TRY(const auto change, store::next_change(tx, channel.server_id(), 0));
  TRY(const auto count, store::count_channels(tx, channel.server_id()));
  if (count >= config_.channels_max)
    return fail(Code::resource_exhausted, "too_many_channels",
                fmt::format("a server has at most {} channels", config_.channels_max));
  if (channel.has_parent_id()) {
    TRY(const bool good, store::is_category(tx, channel.server_id(), channel.parent_id()));
    if (!good) return bad_field("parent_id", "no_such_category", "the server has no such category");
  }
  TRY_VOID(store::insert_channel(tx, channel));
  api::ChannelCreated event;
  *event.mutable_channel() = channel;
  event.mutable_channel()->clear_permissions();
  event.set_version(change.version);
  return events_.publish(tx, call, event);
}

Task<Result<api::Channel>> Servers::grant_and_add(Call call,
                                                  api::CreateChannelRequest request,
                                                  api::Channel channel) {
  CO_TRY_VOID(co_await grants_.put_channel(call, channel.server_id(), channel.id()));
  CO_TRY(const auto mine, co_await grants_.in_channel(call, channel.id(), call.user_id()));
  channel.set_permissions(mine);
  co_return co_await db_.write([&](Tx& tx) -> Result<api::Channel> {
    TRY(auto earlier, idempotency::find<api::Channel>(tx, call, "CreateChannel", request));
    if (earlier) return *std::move(earlier);
    TRY_VOID(add_channel(tx, call, channel));
    TRY_VOID(idempotency::keep(tx, call, "CreateChannel", request, channel, clock_.now_ms()));
    return channel;
  });
}

Task<Result<api::Channel>> Servers::create_channel(Call call, api::CreateChannelRequest request) {
  CO_TRY(auto channel, checked(request));
  CO_TRY_VOID(co_await only_members(call, request.server_id()));
  CO_TRY(const auto allowed, co_await grants_.in_server(call, request.server_id(), call.user_id()));
  if (!permits(allowed, authorization::v1::MANAGE_CHANNELS))
    co_return fail(Code::permission_denied, "may_not_manage_channels",
                   "this needs the permission to manage channels");
  CO_TRY(auto earlier, co_await db_.read([&](Tx& tx) {
    return idempotency::find<api::Channel>(tx, call, "CreateChannel", request);
  }));
  if (earlier) co_return *std::move(earlier);

  const std::int64_t channel_id = ids_.next();
  channel.set_id(channel_id);
  channel.set_created_at(clock_.now_ms());
  auto created = co_await grant_and_add(call, std::move(request), std::move(channel));
  if (!created || created->id() != channel_id) {
    const auto taken = co_await grants_.take_channel(call, channel_id);
    if (!taken) log::warn(call, "a tuple of no channel stays", {{"channel_id", channel_id}});
  }
  co_return created;
}

Task<Result<api::ListChannelsResponse>> Servers::list_channels(Call call,
                                                               api::ListChannelsRequest request) {
  CO_TRY_VOID(co_await only_members(call, request.server_id()));
  api::ListChannelsResponse response;
  CO_TRY_VOID(co_await db_.read([&](Tx& tx) -> Result<void> {
    TRY(auto channels, store::channels_of(tx, request.server_id()));
    for (auto& channel : channels) *response.add_channels() = std::move(channel);
    return {};
  }));
  CO_TRY(auto permissions,
         co_await grants_.in_servers(call, {request.server_id()}, call.user_id()));
  keep_viewable(*response.mutable_channels(), permissions[request.server_id()]);
  co_return response;
}

}  // namespace lyceum::servers
