// A channel's messages in their order: `seq` without gaps for new ones, `version` for what becomes
// of them. What is missing for too long is asked for.

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "services/realtime/frames.h"
#include "services/realtime/sequencer.h"

namespace lyceum::realtime {
namespace {

constexpr std::size_t versions_kept = 256;  // of a channel
constexpr std::int64_t ask_again_max_ms = 5'000;
constexpr int ask_max = 20;  // times; then the stream goes on behind the gap
constexpr int ask_limit = 1'000;

}  // namespace

void Sequencer::message_created(const messages::v1::Message& message) {
  const std::int64_t id = message.channel_id();
  const auto found = channels_.find(id);
  if (found == channels_.end() && loading_ == 0) return;  // nobody looks at it yet
  auto& channel = found == channels_.end() ? channels_[id] : found->second;
  if (channel.known && message.seq() <= channel.last) return;
  channel.newest = std::max(channel.newest, message.seq());
  channel.early.emplace(message.seq(), message);
  // Of what is asked for anyway the newest may go: the answer has it.
  if (static_cast<int>(channel.early.size()) > gateway_.config.early_max)
    channel.early.erase(std::prev(channel.early.end()));
  if (channel.known)
    advance(id, channel);
  else
    unviewed_.insert(id);
}

void Sequencer::advance(std::int64_t channel_id, Channel& channel) {
  while (!channel.early.empty() && channel.early.begin()->first <= channel.last + 1) {
    const auto message = std::move(channel.early.begin()->second);
    channel.early.erase(channel.early.begin());
    if (message.seq() > channel.last) deliver(channel, message);
  }
  if (channel.newest <= channel.last) {
    gaps_.erase(channel_id);
    channel.failures = 0;
    return;
  }
  if (gaps_.insert(channel_id).second)
    channel.ask_at = gateway_.clock.now_ms() + gateway_.config.gap_ms;
  const bool full = static_cast<int>(channel.early.size()) >= gateway_.config.early_max;
  if (full && !channel.asking && channel.failures == 0) ask(channel_id, channel);
}

void Sequencer::deliver(Channel& channel, const messages::v1::Message& message) {
  channel.last = message.seq();
  is_new_version(channel, message);
  // Deleted before anybody saw it: then nobody does.
  if (!message.deleted())
    out_.push_back({.kind = Item::Kind::message,
                    .channel_id = message.channel_id(),
                    .seq = message.seq(),
                    .text = event_text("MESSAGE_CREATE", gateway_.json(message))});
  const auto change = channel.changes.find(message.seq());
  if (change == channel.changes.end()) return;
  if (!message.deleted()) deliver_change(channel, change->second);
  channel.changes.erase(change);
}

void Sequencer::message_changed(const messages::v1::Message& message) {
  const auto found = channels_.find(message.channel_id());
  if (found == channels_.end() || !found->second.known)
    return;  // who looks later is told the newest
  auto& channel = found->second;
  if (message.seq() <= channel.last) return deliver_change(channel, message);
  auto& waiting = channel.changes[message.seq()];
  if (waiting.version() < message.version()) waiting = message;
  // Whose message is asked for comes with its newest version.
  if (static_cast<int>(channel.changes.size()) > gateway_.config.early_max)
    channel.changes.erase(std::prev(channel.changes.end()));
  channel.newest = std::max(channel.newest, message.seq());
  advance(message.channel_id(), channel);
}

void Sequencer::deliver_change(Channel& channel, const messages::v1::Message& message) {
  if (!is_new_version(channel, message)) return;
  const auto text =
      message.deleted()
          ? event_text(
                "MESSAGE_DELETE",
                fmt::format(R"({{"id":"{}","channel_id":"{}","seq":{},"version":{}}})",
                            message.id(), message.channel_id(), message.seq(), message.version()))
          : event_text("MESSAGE_UPDATE", gateway_.json(message));
  out_.push_back({.kind = Item::Kind::change,
                  .channel_id = message.channel_id(),
                  .seq = message.seq(),
                  .text = text});
}

bool Sequencer::is_new_version(Channel& channel, const messages::v1::Message& message) {
  const auto [seen, first] = channel.versions.try_emplace(message.id(), message.version());
  if (!first && seen->second >= message.version()) return false;
  seen->second = message.version();
  if (!first) return true;
  channel.versions_age.push_back(message.id());
  if (channel.versions_age.size() > versions_kept) {
    channel.versions.erase(channel.versions_age.front());
    channel.versions_age.pop_front();
  }
  return true;
}

// --- what is missing

void Sequencer::ask(std::int64_t channel_id, Channel& channel) {
  channel.asking = true;
  gateway_.spawn(loop_, ask_messages(gateway_.shared_from_this(), channel_id, channel.last));
}

Task<void> Sequencer::ask_messages(std::shared_ptr<Gateway> gateway,
                                   std::int64_t channel_id,
                                   std::int64_t after) {
  messages::v1::ListFromRequest request;
  request.set_channel_id(channel_id);
  request.set_after_seq(after);
  request.set_limit(ask_limit);
  const auto answer = co_await gateway->messages.list_from(Call::of_service(), std::move(request));
  gateway->sequencer->answered(channel_id, answer);
}

void Sequencer::answered(std::int64_t channel_id,
                         const Result<messages::v1::ListFromResponse>& answer) {
  const auto found = channels_.find(channel_id);
  if (found == channels_.end()) return;  // nobody looks at it any more
  auto& channel = found->second;
  channel.asking = false;
  const std::int64_t before = channel.last;
  if (answer)
    for (const auto& message : answer->messages())
      if (message.seq() > channel.last) deliver(channel, message);
  channel.failures = channel.last > before ? 0 : channel.failures + 1;
  if (channel.failures > ask_max) give_up(channel_id, channel);
  const std::int64_t pause =
      channel.failures == 0 ? 0 : gateway_.config.gap_ms << std::min(channel.failures, 10);
  channel.ask_at = gateway_.clock.now_ms() + std::min(ask_again_max_ms, pause);
  advance(channel_id, channel);
  flush();
}

// Better one message missing than all that follow.
void Sequencer::give_up(std::int64_t channel_id, Channel& channel) {
  log::error("a message could not be found",
             {{"channel_id", channel_id}, {"seq", channel.last + 1}});
  channel.failures = 0;
  if (channel.early.empty()) {
    channel.newest = channel.last;
  } else {
    channel.last = channel.early.begin()->first - 1;
  }
}

}  // namespace lyceum::realtime
