// What comes in (MailWanted) and what administrators see.
#include "base/log.h"
#include "services/mailer/mailer.h"
#include "services/mailer/message.h"
#include "services/mailer/templates.h"

namespace lyceum::mailer {

Result<void> Mailer::on_mail_wanted(Tx& tx, const Call& call, const api::MailWanted& wanted) {
  if (wanted.key().empty())
    return bad_field("key", "missing_value", "a mail needs a key that makes it one");
  TRY(auto rendered, render(config_.product, wanted.template_(), wanted.locale(),
                            Values(wanted.values().begin(), wanted.values().end())));
  TRY(const auto waiting, store::queue_length(tx));
  if (waiting >= config_.queue_max)
    return fail(Code::unavailable, "queue_full", "too many mails wait to be sent");

  store::Mail mail;
  mail.id = ids_.next();
  mail.key = wanted.key();
  mail.template_name = wanted.template_();
  mail.to = without_controls(wanted.to());
  mail.locale = language_of(wanted.locale());
  mail.subject = std::move(rendered.subject);
  mail.created_at = clock_.now_ms();
  mail.drop_after = wanted.drop_after();
  mail.status = "queued";
  if (is_address(wanted.to())) {
    mail.text = std::move(rendered.text);
    mail.html = std::move(rendered.html);
  } else {  // kept as a row, so that somebody can see why no mail came
    mail.status = "failed";
    mail.error = "this is no address that a mail can be sent to";
    failed_.add();
    log::warn(call, "a mail has a bad address", {{"mail_id", mail.id}});
  }
  TRY(const bool is_new, store::insert_mail(tx, mail));
  if (is_new) tx.after_commit([this] { mail_has_come(); });
  return {};
}

Result<void> Mailer::may_read(const Call& call) const {
  if (is_open()) return {};
  if (!call.signed_in()) return fail(Code::unauthenticated, "sign_in", "sign in first");
  if (!call.has_role("administrator"))
    return fail(Code::permission_denied, "not_an_administrator", "only administrators see mails");
  return {};
}

Task<Result<api::Mailbox>> Mailer::get_mailbox(Call, api::GetMailboxRequest) {
  api::Mailbox out;
  out.set_open(is_open());
  co_return out;
}

Task<Result<api::ListMailsResponse>> Mailer::list_mails(Call call, api::ListMailsRequest request) {
  CO_TRY_VOID(may_read(call));
  if (request.limit() < 0) co_return bad_field("limit", "too_small", "a limit is above 0");
  const int limit = request.limit() == 0 ? 50 : std::min(request.limit(), 100);
  std::int64_t before = 0;
  if (!request.page_token().empty()) {
    const auto token = parse_id(request.page_token());
    if (!token)
      co_return bad_field("page_token", "bad_page_token", "this is no page token of ours");
    before = *token;
  }
  CO_TRY(auto mails, co_await db_.read([&](Tx& tx) {
    return store::mails_before(tx, before, request.to(), limit + 1);
  }));
  api::ListMailsResponse page;
  for (auto& mail : mails) {
    if (page.mails_size() == limit) {
      page.set_next_page_token(std::to_string(page.mails(limit - 1).id()));
      break;
    }
    *page.add_mails() = std::move(mail);
  }
  co_return page;
}

Task<Result<api::Mail>> Mailer::get_mail(Call call, api::GetMailRequest request) {
  CO_TRY_VOID(may_read(call));
  auto mail = co_await db_.read([&](Tx& tx) { return store::mail_by_id(tx, request.mail_id()); });
  if (!mail && mail.error().code == Code::not_found)
    co_return fail(Code::not_found, "no_such_mail", "there is no such mail");
  co_return mail;
}

}  // namespace lyceum::mailer
