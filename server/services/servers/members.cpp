#include <fmt/format.h>

#include "services/servers/servers.h"
#include "services/servers/store.h"

namespace lyceum::servers {

// Of two that change one membership at once, each writes its row and then makes the tuple what the
// row is now: whoever writes the tuple last has looked at the row after that.
Task<Result<void>> Servers::settle(Call call, std::int64_t server_id, std::int64_t user_id) {
  constexpr int tries = 10;
  for (int i = 0; i < tries; ++i) {
    CO_TRY(const bool is,
           co_await db_.read([&](Tx& tx) { return store::is_member(tx, server_id, user_id); }));
    CO_TRY(const bool said, co_await grants_.has_member(call, server_id, user_id));
    if (is == said) co_return Result<void>{};
    CO_TRY_VOID(is ? co_await grants_.put_member(call, server_id, user_id)
                   : co_await grants_.take_member(call, server_id, user_id));
  }
  co_return fail(Code::aborted, "try_again", "the membership is being changed; try again");
}

Result<void> Servers::add_member(Tx& tx,
                                 const Call& call,
                                 std::int64_t server_id,
                                 int members_more) {
  TRY(const auto change, store::next_change(tx, server_id, members_more));
  api::MemberJoined event;
  event.set_server_id(server_id);
  event.set_user_id(call.user_id());
  event.set_joined_at(clock_.now_ms());
  event.set_version(change.version);
  event.set_member_count(change.member_count);
  return events_.publish(tx, call, event);
}

Result<void> Servers::join(Tx& tx, const Call& call, std::int64_t server_id) {
  TRY(const bool is_new,
      store::insert_member(tx, server_id, call.user_id(), ids_.next(), clock_.now_ms()));
  if (!is_new) return {};
  TRY(const bool room, store::count_membership(tx, call.user_id(), config_.servers_max));
  if (!room)
    return fail(Code::resource_exhausted, "too_many_servers",
                fmt::format("one is a member of at most {} servers", config_.servers_max));
  return add_member(tx, call, server_id, 1);
}

Task<Result<api::Server>> Servers::join_server(Call call, api::JoinServerRequest request) {
  CO_TRY_VOID(co_await visible(call, request.server_id()));
  CO_TRY_VOID(co_await grants_.put_member(call, request.server_id(), call.user_id()));
  const auto joined =
      co_await db_.write([&](Tx& tx) { return join(tx, call, request.server_id()); });
  const auto settled = co_await settle(call, request.server_id(), call.user_id());
  if (!joined) co_return fail(joined.error());
  if (!settled) co_return fail(settled.error());
  CO_TRY(auto server, co_await visible(call, request.server_id()));
  co_return co_await with_permissions(call, std::move(server));
}

Result<void> Servers::leave(Tx& tx, const Call& call, std::int64_t server_id) {
  TRY(const bool was, store::delete_member(tx, server_id, call.user_id()));
  if (!was) return {};
  TRY_VOID(store::uncount_membership(tx, call.user_id()));
  TRY(const auto change, store::next_change(tx, server_id, -1));
  api::MemberLeft event;
  event.set_server_id(server_id);
  event.set_user_id(call.user_id());
  event.set_version(change.version);
  event.set_member_count(change.member_count);
  return events_.publish(tx, call, event);
}

// Who is no member has left already: so a private server and one that never was look the same.
Task<Result<lyceum::v1::Empty>> Servers::leave_server(Call call, api::LeaveServerRequest request) {
  const auto server = co_await db_.read(
      [&](Tx& tx) { return store::server_by_id(tx, request.server_id(), call.user_id()); });
  if (!server && server.error().code == Code::not_found) co_return lyceum::v1::Empty();
  if (!server) co_return fail(server.error());
  if (server->owner_id() == call.user_id())
    co_return fail(Code::failed_precondition, "owner_stays",
                   "the owner of a server cannot leave it");
  CO_TRY_VOID(co_await grants_.take_member(call, request.server_id(), call.user_id()));
  CO_TRY_VOID(co_await db_.write([&](Tx& tx) { return leave(tx, call, request.server_id()); }));
  CO_TRY_VOID(co_await settle(call, request.server_id(), call.user_id()));
  co_return lyceum::v1::Empty();
}

Task<Result<api::ListMembersResponse>> Servers::list_members(Call call,
                                                             api::ListMembersRequest request) {
  CO_TRY(const int limit, page_limit(request.limit()));
  CO_TRY(const auto after, page_start(request.page_token()));
  CO_TRY_VOID(co_await only_members(call, request.server_id()));
  CO_TRY(auto found, co_await db_.read([&](Tx& tx) {
    return store::members_after(tx, request.server_id(), after, limit + 1);
  }));
  const bool more = std::ssize(found) > limit;
  if (more) found.pop_back();
  api::ListMembersResponse response;
  if (found.empty()) co_return response;

  account::v1::ListPeopleRequest question;
  for (const auto& member : found) question.add_user_ids(member.user_id);
  CO_TRY(const auto answer,
         co_await account_.list_people(Call::of_service(call.trace()), std::move(question)));
  std::unordered_map<std::int64_t, const lyceum::v1::Person*> people;
  for (const auto& person : answer.people()) people[person.id()] = &person;
  for (const auto& member : found) {
    auto& listed = *response.add_members();
    listed.set_joined_at(member.joined_at);
    listed.mutable_user()->set_id(member.user_id);  // all there is until the profile is made
    if (const auto person = people.find(member.user_id); person != people.end())
      *listed.mutable_user() = *person->second;
  }
  if (more) response.set_next_page_token(std::to_string(found.back().id));
  co_return response;
}

}  // namespace lyceum::servers
