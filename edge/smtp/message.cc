#include "edge/smtp/message.h"

#include "edge/smtp/mime.h"
#include "engine/saga/email.h"
#include "engine/saga/order.h"

namespace smtp {
namespace {

/// What a mail says, before it is laid out as text or HTML.
struct Letter {
  std::string_view subject_end;  // behind "Your order <id>"
  std::string_view opening;
  std::string_view because;  // empty, or a sentence of its own
  std::string_view closing;
  std::string_view tracking;  // empty if there is none
};

std::string_view because(saga::Reason reason, bool paid) {
  if (!paid) {  // nothing to pay, nothing to give back
    if (reason == saga::Reason::out_of_stock) return "We are sorry: what you ordered is out of stock.";
    if (reason == saga::Reason::shipping_failed) return "We are sorry: it could not be shipped.";
    if (reason == saga::Reason::customer_request) return "You asked us to cancel it.";
    return "We are sorry: it could not be completed.";
  }
  switch (reason) {
    case saga::Reason::payment_declined:
      return "The payment was declined. You have not been charged.";
    case saga::Reason::out_of_stock:
      return "We are sorry: what you ordered is out of stock. Your payment has been refunded.";
    case saga::Reason::shipping_failed:
      return "We are sorry: it could not be shipped. Your payment has been refunded.";
    case saga::Reason::customer_request:
      return "You asked us to cancel it. What you had paid has been refunded.";
    case saga::Reason::none:
    case saga::Reason::deadline:
    case saga::Reason::unavailable:
    case saga::Reason::unresolved:
    case saga::Reason::mail_refused:
      break;
  }
  return "We are sorry: it could not be completed. What you had paid has been refunded.";
}

Letter letter(const engine::Mail& mail) {
  if (mail.what == saga::MailTemplate::order_cancelled) {
    return {" has been cancelled", "your order has been cancelled.",
            because(mail.reason, !mail.record->order.costs_nothing()), "", ""};
  }
  return {" has shipped", "good news: your order is on its way.", "", "Thank you for your order.",
          mail.record->tracking()};
}

std::string money(std::int64_t minor, const saga::Currency& currency) {
  char text[saga::money_text_max];
  std::string out(text, saga::render_money(minor, currency, text));
  return out.append(" ").append(currency.name());
}

/// Goods are counted; what is not stock (postage, wrapping) only where there are several.
std::string named(const saga::Line& line, std::string_view times) {
  std::string text;
  if (line.stocked || line.quantity > 1) text.append(std::to_string(line.quantity)).append(times);
  return text.append(line.sku);
}

std::string_view signature(const Sender& sender) {
  return sender.name.empty() ? std::string_view(sender.address) : std::string_view(sender.name);
}

std::string plain_part(const Letter& letter, const saga::Order& order, const Sender& sender) {
  std::string out = "Hello,\n\n";
  out.append(letter.opening).append("\n");
  if (!letter.because.empty()) out.append(letter.because).append("\n");
  out.append("\nOrder     ").append(order.id.str()).append("\n");
  if (!order.reference.empty()) {
    out.append("Number    ");
    mime::append_plain(out, order.reference);
    out += '\n';
  }
  if (!letter.tracking.empty()) {
    out.append("Tracking  ");
    mime::append_plain(out, letter.tracking);
    out += '\n';
  }
  out += '\n';
  for (const saga::Line& line : order.lines) {
    out.append("  ");
    mime::append_plain(out, named(line, " x "));
    out.append("   ").append(money(line.quantity * line.price_minor, order.currency)).append("\n");
  }
  if (order.discount_minor > 0)
    out.append("  Discount   -").append(money(order.discount_minor, order.currency)).append("\n");
  out.append("\n  Total   ").append(money(order.total_minor, order.currency)).append("\n\n");
  if (!letter.closing.empty()) out.append(letter.closing).append("\n\n");
  out.append(signature(sender)).append("\n");
  return out;
}

void html_row(std::string& out, std::string_view left, std::string_view right, std::string_view style) {
  out.append("<tr><td style=\"padding:6px 24px 6px 0;").append(style).append("\">");
  mime::append_html(out, left);
  out.append("</td><td align=\"right\" style=\"padding:6px 0;white-space:nowrap;")
      .append(style)
      .append("\">");
  mime::append_html(out, right);
  out.append("</td></tr>\n");
}

std::string html_part(const Letter& letter, const saga::Order& order, const Sender& sender) {
  std::string out =
      "<!DOCTYPE html>\n"
      "<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"></head>\n"
      "<body style=\"margin:0;padding:32px 16px;background:#f4f4f5;color:#18181b;"
      "font:16px/1.5 system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif\">\n"
      "<div style=\"max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px\">\n"
      "<p style=\"margin:0 0 8px;font-size:14px;color:#71717a\">";
  mime::append_html(out, signature(sender));
  out += "</p>\n<h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.3\">Your order";
  mime::append_html(out, letter.subject_end);
  out += "</h1>\n";
  if (!letter.because.empty()) {
    out += "<p style=\"margin:0 0 16px\">";
    mime::append_html(out, letter.because);
    out += "</p>\n";
  }
  out += "<p style=\"margin:0 0 16px;font-size:14px;color:#71717a\">Order " + order.id.str();
  if (!order.reference.empty()) {
    out += "<br>Number ";
    mime::append_html(out, order.reference);
  }
  if (!letter.tracking.empty()) {
    out += "<br>Tracking number <strong style=\"color:#18181b\">";
    mime::append_html(out, letter.tracking);
    out += "</strong>";
  }
  out += "</p>\n<table role=\"presentation\" width=\"100%\" style=\"border-collapse:collapse\">\n";
  for (const saga::Line& line : order.lines) {
    html_row(out, named(line, " \u00d7 "), money(line.quantity * line.price_minor, order.currency),
             "border-bottom:1px solid #e4e4e7");
  }
  if (order.discount_minor > 0)
    html_row(out, "Discount", "\u2212" + money(order.discount_minor, order.currency),
             "border-bottom:1px solid #e4e4e7");
  html_row(out, "Total", money(order.total_minor, order.currency), "font-weight:600");
  out += "</table>\n";
  if (!letter.closing.empty()) {
    out += "<p style=\"margin:24px 0 0\">";
    mime::append_html(out, letter.closing);
    out += "</p>\n";
  }
  out += "</div>\n</body></html>\n";
  return out;
}

void append_part(std::string& out, const std::string& boundary, std::string_view type,
                 const std::string& text) {
  out.append("--").append(boundary).append("\r\nContent-Type: ").append(type);
  out += "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
  mime::append_quoted_printable(out, text);
  out += "\r\n";
}

}  // namespace

std::optional<Message> render_message(const engine::Mail& mail, const Sender& sender) {
  const saga::Order& order = mail.record->order;
  if (!saga::valid_email(order.email)) return std::nullopt;
  const Letter content = letter(mail);
  const std::string id = order.id.str();

  Message message;
  message.name = std::string(saga::name(mail.what)) + "." + id;
  if (mail.again != 0) message.name += "." + std::to_string(mail.again);
  message.from = sender.address;
  message.to = order.email;

  // "=_" cannot appear in quoted-printable, so no body can hold the boundary.
  const std::string boundary = "=_" + message.name;
  const std::string plain = plain_part(content, order, sender);
  const std::string html = html_part(content, order, sender);

  std::string& out = message.text;
  out.reserve(1024 + 2 * (plain.size() + html.size()));
  out += "Date: ";
  mime::append_date(out, mail.at);
  out += "\r\nFrom: " + sender.header;
  out += "\r\nTo: <" + message.to + ">";
  out.append("\r\nMessage-ID: <").append(message.name).append("@").append(sender.domain()).append(">");
  out.append("\r\nSubject: Your order ").append(id).append(content.subject_end);
  out += "\r\nAuto-Submitted: auto-generated";  // RFC 3834: no out-of-office replies
  out += "\r\nMIME-Version: 1.0";
  out += "\r\nContent-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  append_part(out, boundary, "text/plain", plain);
  append_part(out, boundary, "text/html", html);
  out += "--" + boundary + "--\r\n";
  return message;
}

}  // namespace smtp
