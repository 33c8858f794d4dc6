#include "services/realtime/hub.h"

#include <algorithm>
#include <utility>

#include "base/crypto.h"
#include "services/realtime/connection.h"
#include "services/realtime/sequencer.h"

namespace lyceum::realtime {
namespace {

constexpr std::size_t waiting_max = 10'000;  // batches

template <class Map, class Value>
void erase_from(Map& map, std::int64_t id, const Value& is) {
  const auto found = map.find(id);
  if (found == map.end()) return;
  auto& all = found->second;
  const auto at = std::ranges::find_if(all, is);
  if (at == all.end()) return;
  *at = all.back();
  all.pop_back();
  if (all.empty()) map.erase(found);
}

// Whether the event ends what this sign-in has here.
bool ends(const Item& item, std::int64_t user_id, std::int64_t credential_id) {
  if (item.kind == Item::Kind::missed) return true;
  const auto& ids = item.credential_ids;
  return item.kind == Item::Kind::revoked && user_id == item.user_id &&
         (ids.empty() || std::ranges::find(ids, credential_id) != ids.end());
}

}  // namespace

Hub::Hub(Gateway& gateway, boost::asio::any_io_executor loop)
    : gateway_(gateway), loop_(std::move(loop)), checked_at_(gateway.clock.now_ms()) {}

void Hub::start() {
  gateway_.post(loop_, [this] { sweep(); });
}

// Everything that has its time: heartbeats, sessions nobody came back for, questions to repeat,
// sign-ins.
void Hub::sweep() {
  if (gateway_.stopped()) return;
  const std::int64_t now = gateway_.clock.now_ms();
  std::int64_t bytes = 0;
  for (const auto& [id, connection] : connections_) {
    connection->tick(now);
    bytes += static_cast<std::int64_t>(connection->queued_bytes());
  }
  gateway_.counters.queue_bytes.add(bytes - std::exchange(queue_bytes_, bytes));
  std::vector<Session*> over;
  for (const auto& [id, session] : sessions_) {
    if (session->connection == nullptr && now - session->parked_at >= gateway_.config.resume_ms)
      over.push_back(session.get());
    else if (session->syncing && session->waiting.size() > waiting_max)
      over.push_back(session.get());
    else if (session->retry_at != 0 && now >= session->retry_at)
      ask(*session);
  }
  for (auto* session : over) drop(*session, 4000, "start anew");
  check_credentials(now);
  gateway_.later(loop_, [this] { sweep(); });
}

// --- connections

std::shared_ptr<SocketListener> Hub::open(Call call, std::shared_ptr<Socket> socket) {
  auto connection = std::make_shared<Connection>(gateway_, *this, ++last_connection_,
                                                 std::move(call), std::move(socket));
  connections_[connection->id()] = connection.get();
  gateway_.counters.connections.add(1);
  return connection;
}

void Hub::identify(Connection& connection) {
  auto session = std::make_shared<Session>();
  session->id = base64url(random_bytes(16));
  session->user_id = connection.user_id();
  session->credential_id = connection.credential_id();
  session->connection = &connection;
  connection.attach(session.get());
  by_user_[session->user_id].push_back(session.get());
  gateway_.counters.sessions.add(1);
  auto& made = *session;
  sessions_[made.id] = std::move(session);
  start_sync(made, nullptr, 0);
}

void Hub::resume(Connection& connection, std::string session_id, std::int64_t seq) {
  gateway_.sequencer->resume(*this, std::move(session_id), connection.user_id(), connection.id(),
                             seq);
}

void Hub::park(Session* session) {
  if (session == nullptr || session->connection == nullptr) return;
  session->connection->attach(nullptr);
  session->connection = nullptr;
  session->parked_at = gateway_.clock.now_ms();
}

void Hub::remove(Connection& connection) {
  connections_.erase(connection.id());
  gateway_.counters.connections.add(-1);
}

// --- the stream

void Hub::take(const SharedBatch& batch) {
  for (auto* session : syncing_) session->waiting.push_back({batch, 0});
  for (auto& [id, expected] : expected_) expected.waiting.push_back({batch, 0});
  for (std::size_t i = 0; i < batch->size(); ++i) give(batch, i);
}

// Sessions that wait for an answer have the batch already.
void Hub::give(const SharedBatch& batch, std::size_t i) {
  const Item& item = (*batch)[i];
  const auto sessions = [](const ById<Session*>& map, std::int64_t id) {
    const auto found = map.find(id);
    return found == map.end() ? std::vector<Session*>() : found->second;
  };
  switch (item.kind) {
    case Item::Kind::message:
    case Item::Kind::change: {
      const auto found = by_channel_.find(item.channel_id);
      if (found == by_channel_.end()) return;
      for (const auto& viewer : found->second)
        if (!viewer.session->syncing &&
            (item.kind == Item::Kind::change || item.seq > viewer.last_seq))
          dispatch(*viewer.session, item.text);
      return;
    }
    case Item::Kind::member:
      for (auto* session : sessions(by_server_, item.server_id))
        if (!session->syncing && session->user_id != item.user_id) tell_member(*session, item);
      return;
    case Item::Kind::personal:
      for (auto* session : sessions(by_user_, item.user_id))
        if (!session->syncing) dispatch(*session, item.text);
      return;
    case Item::Kind::structure:
      for (auto* session : item.user_id != 0 ? sessions(by_user_, item.user_id)
                                             : sessions(by_server_, item.server_id))
        if (!session->syncing) start_sync(*session, batch, i + 1);
      return;
    case Item::Kind::revoked:
      return revoke(item);
    case Item::Kind::missed:
      return begin_anew();
  }
}

// The same question for one session.
bool Hub::concerns(const Session& session, const Item& item) const {
  const bool in_server =
      std::ranges::binary_search(session.servers, item.server_id, {}, &ServerView::server_id);
  switch (item.kind) {
    case Item::Kind::message:
    case Item::Kind::change: {
      const auto view =
          std::ranges::lower_bound(session.channels, item.channel_id, {}, &ChannelView::channel_id);
      if (view == session.channels.end() || view->channel_id != item.channel_id) return false;
      return item.kind == Item::Kind::change || item.seq > view->last_seq;
    }
    case Item::Kind::member:
      return in_server && session.user_id != item.user_id;
    case Item::Kind::personal:
      return session.user_id == item.user_id;
    case Item::Kind::structure:
      return item.user_id != 0 ? session.user_id == item.user_id : in_server;
    case Item::Kind::revoked:
    case Item::Kind::missed:
      return false;  // was done when it came
  }
  return false;
}

void Hub::dispatch(Session& session, const SharedText& text) {
  const auto& config = gateway_.config;
  session.ring.push(text, static_cast<std::size_t>(config.replay_events),
                    static_cast<std::size_t>(config.replay_bytes));
  ++session.seq;
  if (session.connection != nullptr) session.connection->send_event(text, session.seq);
}

void Hub::tell_member(Session& session, const Item& item) {
  const auto view =
      std::ranges::lower_bound(session.servers, item.server_id, {}, &ServerView::server_id);
  view->member_count = item.member_count;
  dispatch(session, item.text);
}

void Hub::revoke(const Item& item) {
  std::vector<Session*> over;
  if (const auto found = by_user_.find(item.user_id); found != by_user_.end())
    for (auto* session : found->second)
      if (ends(item, session->user_id, session->credential_id)) over.push_back(session);
  for (auto* session : over) drop(*session, close_code::session_ended, "signed out");
  for (const auto& [id, connection] : connections_)
    if (ends(item, connection->user_id(), connection->credential_id()))
      connection->close(close_code::session_ended, "signed out");
}

// The connections, too: whether their sign-ins still hold is asked when they come back.
void Hub::begin_anew() {
  std::vector<Session*> all;
  for (const auto& [id, session] : sessions_) all.push_back(session.get());
  for (auto* session : all) drop(*session, close_code::unknown_error, "begin anew");
  for (const auto& [id, connection] : connections_)
    connection->close(close_code::unknown_error, "begin anew");
}

void Hub::drop(Session& session, std::uint16_t code, std::string_view reason) {
  if (auto* connection = session.connection) connection->close(code, reason);
  gateway_.sequencer->forget(session.id);
  gateway_.sequencer->unview(session.channels);
  unindex(session);
  gateway_.counters.sessions.add(-1);
  sessions_.erase(std::string(session.id));
}

Session* Hub::find(const std::string& session_id) {
  const auto found = sessions_.find(session_id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

// --- resuming

void Hub::resumed(const std::string& session_id, std::uint64_t connection_id, std::int64_t seq) {
  const auto at = connections_.find(connection_id);
  if (at == connections_.end()) return;
  auto& connection = *at->second;
  auto* session = find(session_id);
  if (session == nullptr || !session->ready) return connection.refuse_resume();
  if (seq > session->seq) return connection.close(close_code::bad_seq, "there is no such seq yet");
  const std::int64_t before_ring = session->seq - static_cast<std::int64_t>(session->ring.size());
  if (seq < before_ring) {
    drop(*session, close_code::unknown_error, "resumed elsewhere");
    return connection.refuse_resume();
  }
  if (session->connection != nullptr)
    session->connection->close(close_code::unknown_error, "resumed elsewhere");
  session->connection = &connection;
  session->credential_id = connection.credential_id();
  connection.attach(session);
  for (std::int64_t next = seq + 1; next <= session->seq; ++next)
    if (!connection.send_event(session->ring[static_cast<std::size_t>(next - before_ring - 1)],
                               next))
      return;
  connection.resumed(session->seq);
}

void Hub::expect(const std::string& session_id, std::uint64_t connection, std::int64_t seq) {
  expected_[session_id] = {connection, seq, {}};
}

void Hub::release(const std::string& session_id, Hub& to) {
  std::shared_ptr<Session> session;
  if (auto* here = find(session_id)) {
    if (here->connection != nullptr)
      here->connection->close(close_code::unknown_error, "resumed elsewhere");
    session = sessions_.at(session_id);
    unindex(*session);
    sessions_.erase(session_id);
  }
  gateway_.post(to.loop(), [&to, session, session_id] { to.arrived(session, session_id); });
}

void Hub::arrived(std::shared_ptr<Session> session, const std::string& session_id) {
  // A loop puts what it posts to itself behind what others post meanwhile: expect() may be on its
  // way.
  if (!expected_.contains(session_id))
    return gateway_.post(loop_, [this, session, session_id] { arrived(session, session_id); });
  auto expected = std::move(expected_.extract(session_id).mapped());
  const bool over = session && std::ranges::any_of(expected.waiting, [&](const auto& waiting) {
                      return std::ranges::any_of(*waiting.batch, [&](const Item& item) {
                        return ends(item, session->user_id, session->credential_id);
                      });
                    });
  if (over) gateway_.counters.sessions.add(-1);
  if (session && !over) {
    auto& here = *session;
    sessions_[session_id] = std::move(session);
    index(here);
    std::ranges::move(expected.waiting, std::back_inserter(here.waiting));
    if (here.syncing)
      ask(here);  // the other hub's question is void
    else
      apply_waiting(here, nullptr);
  } else {
    gateway_.sequencer->forget(session_id);
    if (session) gateway_.sequencer->unview(session->channels);
  }
  resumed(session_id, expected.connection, expected.seq);
  gateway_.sequencer->moved(session_id);
}

void Hub::index(Session& session) {
  by_user_[session.user_id].push_back(&session);
  for (const auto& view : session.servers) by_server_[view.server_id].push_back(&session);
  for (const auto& view : session.channels)
    by_channel_[view.channel_id].push_back({&session, view.last_seq});
  if (session.syncing) syncing_.insert(&session);
}

void Hub::unindex(Session& session) {
  const auto is = [&](const Session* one) { return one == &session; };
  erase_from(by_user_, session.user_id, is);
  for (const auto& view : session.servers) erase_from(by_server_, view.server_id, is);
  for (const auto& view : session.channels)
    erase_from(by_channel_, view.channel_id,
               [&](const Viewer& one) { return one.session == &session; });
  syncing_.erase(&session);
}

void Hub::add_server(Session& session, ServerView view) {
  session.servers.insert(
      std::ranges::lower_bound(session.servers, view.server_id, {}, &ServerView::server_id), view);
  by_server_[view.server_id].push_back(&session);
}

void Hub::remove_server(Session& session, std::int64_t server_id) {
  std::erase_if(session.servers,
                [&](const ServerView& view) { return view.server_id == server_id; });
  erase_from(by_server_, server_id, [&](const Session* one) { return one == &session; });
}

void Hub::add_channel(Session& session, ChannelView view) {
  session.channels.insert(
      std::ranges::lower_bound(session.channels, view.channel_id, {}, &ChannelView::channel_id),
      view);
  by_channel_[view.channel_id].push_back({&session, view.last_seq});
}

void Hub::remove_channel(Session& session, std::int64_t channel_id) {
  const auto view =
      std::ranges::lower_bound(session.channels, channel_id, {}, &ChannelView::channel_id);
  gateway_.sequencer->unview({*view});
  session.channels.erase(view);
  erase_from(by_channel_, channel_id, [&](const Viewer& one) { return one.session == &session; });
}

}  // namespace lyceum::realtime
