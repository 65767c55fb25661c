#include "edge/smtp/message.h"

#include <algorithm>

#include "tests/unit/smtp/support.h"

using namespace mail_test;

namespace {

/// Compares with a file of tests/unit/smtp/golden, where lines end with LF alone. UPDATE_GOLDEN=1 writes it
/// anew.
void check_golden(const std::string& name, const smtp::Message& message) {
  std::string text = message.text;
  std::erase(text, '\r');
  const std::string path = "tests/unit/smtp/golden/" + name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  CHECK(text == read_file(path));
}

void check_form(const smtp::Message& message) {
  CHECK(message.text.ends_with("--\r\n"));
  std::size_t begin = 0;
  while (begin < message.text.size()) {
    const std::size_t end = message.text.find("\r\n", begin);
    REQUIRE(end != std::string::npos);
    const std::string line = message.text.substr(begin, end - begin);
    INFO(line);
    CHECK(line.size() <= (line.starts_with("Message-ID:") ? 998U : 78U));
    CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
    begin = end + 2;
  }
}

/// As Python's parser sees it.
std::string decoded(const smtp::Message& message) {
  const Folder folder;
  const std::filesystem::path path = folder.path / "mail.eml";
  std::ofstream(path, std::ios::binary) << message.text;
  Python python({"tests/unit/smtp/decode.py", path.string()});
  std::string text = python.everything();
  CHECK(python.wait() == 0);
  return text;
}

}  // namespace

TEST_CASE("a mail that is asked for again differs in its id and its date alone, and is the same each time") {
  const tape::OwnedRecord order = record();
  engine::Mail first = mail(order), again = mail(order);
  again.again = 6;
  const auto before = smtp::render_message(first, shop()), message = smtp::render_message(again, shop());
  REQUIRE(message);
  CHECK(message->name == "shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057.6");
  CHECK(message->text.find(
            "Message-ID: <shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057.6@example.com>\r\n") !=
        std::string::npos);
  CHECK(message->text == smtp::render_message(again, shop())->text);
  std::string text = message->text;
  for (std::size_t at = 0; (at = text.find(message->name, at)) != std::string::npos;)
    text.replace(at, message->name.size(), before->name);
  CHECK(text == before->text);
  check_form(*message);
}

TEST_CASE("a shipping confirmation") {
  const tape::OwnedRecord order = record();
  const auto message = smtp::render_message(mail(order), shop());
  REQUIRE(message);
  CHECK(message->name == "shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057");
  CHECK(message->from == "orders@example.com");
  CHECK(message->to == "you@example.com");
  check_form(*message);
  check_golden("shipping-confirmation.eml", *message);
  CHECK(decoded(*message) ==
        "From: Shop <orders@example.com>\n"
        "Date: Fri, 02 Jan 2026 03:04:05 +0000\n"
        "To: you@example.com\n"
        "Message-ID: <shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057@example.com>\n"
        "Subject: Your order 01890a5d-ac96-774b-bcce-b302099a8057 has shipped\n"
        "MIME-Version: 1.0\n"
        "headers: 8 defects: 0\n"
        "--- text\n"
        "Hello,\n\n"
        "good news: your order is on its way.\n\n"
        "Order     01890a5d-ac96-774b-bcce-b302099a8057\n"
        "Tracking  SIM0189-0A5D\n\n"
        "  1 x keyboard   49.99 USD\n\n"
        "  Total   49.99 USD\n\n"
        "Thank you for your order.\n\n"
        "Shop\n"
        "--- html\n"
        "tags: body br div h1 head html meta p strong table td tr\n"
        "Shop\n"
        "Your order has shipped\n"
        "Order 01890a5d-ac96-774b-bcce-b302099a8057\n"
        "Tracking number\n"
        "SIM0189-0A5D\n"
        "1 \u00d7 keyboard\n49.99 USD\n"
        "Total\n49.99 USD\n"
        "Thank you for your order.\n");
}

TEST_CASE("a cancellation, with lines, in a currency without a fraction") {
  const tape::OwnedRecord order =
      record("you@example.com", {{"T\u00fcr<b>\"&'", 2, 1200}, {"\u65e5\u672c = ok", 1, 55}});
  order->order.currency = *saga::find_currency("JPY");
  engine::Mail cancelled = mail(order);
  cancelled.what = saga::MailTemplate::order_cancelled;
  cancelled.reason = saga::Reason::out_of_stock;
  const auto message = smtp::render_message(cancelled, shop());
  REQUIRE(message);
  CHECK(message->name == "order-cancelled.01890a5d-ac96-774b-bcce-b302099a8057");
  check_form(*message);
  check_golden("order-cancelled.eml", *message);
  const std::string seen = decoded(*message);
  CHECK(seen.find("has been cancelled\nMIME") != std::string::npos);
  CHECK(seen.find(
            "  2 x T\u00fcr<b>\"&'   2400 JPY\n  1 x \u65e5\u672c = ok   55 JPY\n\n  Total   2455 JPY\n") !=
        std::string::npos);
  CHECK(seen.find("tags: body div h1 head html meta p table td tr\n") != std::string::npos);
  CHECK(seen.find("2 \u00d7 T\u00fcr<b>\"&'\n2400 JPY\n") != std::string::npos);
  CHECK(seen.find("out of stock. Your payment has been refunded.") != std::string::npos);
  CHECK(seen.find("Tracking") == std::string::npos);
}

TEST_CASE("the shop's number, postage and a discount stand where a customer looks for them, escaped") {
  const tape::OwnedRecord plain =
      record("you@example.com", {{"keyboard", 2, 2450}, {"postage", 1, 499}, {"stamps", 3, 50}});
  saga::Order order = plain->order;
  std::vector<saga::Line> lines(order.lines.begin(), order.lines.end());
  lines[1].stocked = lines[2].stocked = false;
  order.lines = lines;
  order.reference = "R-1 <b>&\u00e9";
  order.discount_minor = 549;
  order.total_minor -= 549;
  order.shipping = order.payment = order.metadata = R"({"secret":"not for the mail"})";
  const tape::OwnedRecord full(tape::Record::create(order));
  full->tracking_number = tape::ShortText("SIM0189-0A5D");
  const auto message = smtp::render_message(mail(full), shop());
  REQUIRE(message);
  check_form(*message);
  const std::string seen = decoded(*message);
  CHECK(seen.find("8057\nNumber    R-1 <b>&\u00e9\nTracking  SIM0189-0A5D\n\n"
                  "  2 x keyboard   49.00 USD\n  postage   4.99 USD\n  3 x stamps   1.50 USD\n"
                  "  Discount   -5.49 USD\n\n  Total   50.00 USD\n") != std::string::npos);
  CHECK(seen.find("Number R-1 <b>&\u00e9\nTracking number\n") != std::string::npos);
  CHECK(seen.find("2 \u00d7 keyboard\n49.00 USD\npostage\n4.99 USD\n3 \u00d7 stamps\n1.50 USD\n"
                  "Discount\n\u22125.49 USD\nTotal\n50.00 USD\n") != std::string::npos);
  CHECK(seen.find("tags: body br div h1 head html meta p strong table td tr\n") != std::string::npos);
  CHECK(seen.find("secret") == std::string::npos);
}

TEST_CASE("who has paid nothing is not told of a refund") {
  const tape::OwnedRecord order = record();
  order->order.total_minor = 0;
  for (std::size_t reason = 0; reason < saga::reasons; ++reason) {
    engine::Mail cancelled = mail(order);
    cancelled.what = saga::MailTemplate::order_cancelled;
    cancelled.reason = static_cast<saga::Reason>(reason);
    const std::string seen = decoded(*smtp::render_message(cancelled, shop()));
    CHECK(seen.find("refunded") == std::string::npos);
    CHECK(seen.find("charged") == std::string::npos);
  }
}

TEST_CASE("every reason of a cancellation has its own words or the common ones") {
  const tape::OwnedRecord order = record();
  for (std::size_t reason = 0; reason < saga::reasons; ++reason) {
    engine::Mail cancelled = mail(order);
    cancelled.what = saga::MailTemplate::order_cancelled;
    cancelled.reason = static_cast<saga::Reason>(reason);
    const std::string seen = decoded(*smtp::render_message(cancelled, shop()));
    CHECK(
        (seen.find("refunded.") != std::string::npos || seen.find("not been charged.") != std::string::npos));
  }
}

TEST_CASE("rendered again it is the same bytes; another order or template is another Message-ID") {
  const tape::OwnedRecord first = record("you@example.com", 1);
  const tape::OwnedRecord same = record("you@example.com", 1);
  const tape::OwnedRecord other = record("you@example.com", 2);
  engine::Mail cancelled = mail(first);
  cancelled.what = saga::MailTemplate::order_cancelled;
  CHECK(smtp::render_message(mail(first), shop())->text == smtp::render_message(mail(same), shop())->text);
  CHECK(smtp::render_message(mail(first), shop())->name != smtp::render_message(mail(other), shop())->name);
  CHECK(smtp::render_message(mail(first), shop())->name != smtp::render_message(cancelled, shop())->name);
}

TEST_CASE("nothing from an order breaks out of its place") {
  const std::string evil =
      "x\r\n\r\n.\r\n--=_shipping-confirmation.01890a5d-ac96-774b-bcce-b302099a8057--\r\nBcc: a@b.co";
  const tape::OwnedRecord order = record("you@example.com", {{evil, 1, 1}});
  order->tracking_number = tape::ShortText("1\r\n2<script>");
  const auto message = smtp::render_message(mail(order), shop());
  REQUIRE(message);
  check_form(*message);
  const std::string seen = decoded(*message);  // it finds two parts, and no Bcc
  CHECK(seen.find("headers: 8 defects: 0") != std::string::npos);
  CHECK(seen.find("\nBcc") == std::string::npos);
  CHECK(seen.find("Tracking  1  2<script>\n") != std::string::npos);
  CHECK(seen.find("tags: body br div h1 head html meta p strong table td tr\n") != std::string::npos);
}

TEST_CASE("an address that is none gets no mail") {
  for (const std::string_view address :
       {"", "you", "you@example.com>\r\nBcc: <me@example.com", "<you@example.com>", "you@example.com\n"}) {
    CHECK_FALSE(smtp::render_message(mail(record(address)), shop()));
  }
}

TEST_CASE("a hundred of the longest lines still make a well-formed mail") {
  const std::string sku(saga::max_sku_bytes, '"');
  const std::vector<saga::Line> lines(saga::max_lines, saga::Line{sku, saga::max_quantity, 10'000});
  const auto message = smtp::render_message(mail(record("you@example.com", lines)), shop());
  REQUIRE(message);
  check_form(*message);
  CHECK(decoded(*message).find("Total   10000000000.00 USD") != std::string::npos);
}

TEST_CASE("the configured sender is taken apart and encoded") {
  const auto plain = smtp::parse_sender("orders@example.com");
  REQUIRE(plain);
  CHECK(plain->header == "<orders@example.com>");
  CHECK(plain->domain() == "example.com");
  CHECK(smtp::parse_sender("  Your Shop <o@sub.example.com> ")->header == "Your Shop <o@sub.example.com>");
  const auto quoted = smtp::parse_sender(R"("Shop, \"Inc.\"" <orders@example.com>)");
  REQUIRE(quoted);
  CHECK(quoted->name == "Shop, \"Inc.\"");
  CHECK(quoted->header == R"("Shop, \"Inc.\"" <orders@example.com>)");
  CHECK(smtp::parse_sender("Caf\u00e9 <o@example.com>")->header == "=?UTF-8?Q?Caf=C3=A9?= <o@example.com>");
  for (const std::string_view bad : {"", "Shop", "Shop orders@example.com", "Shop <orders>",
                                     "Shop <orders@example.com", "<>", "Shop\r\nBcc: x <orders@example.com>",
                                     "A <b> <orders@example.com>", "Shop <a@example.com> <b@example.com>",
                                     "\"Shop <orders@example.com>", "Shop <orders@example.com>\n"}) {
    INFO(std::string(bad));
    CHECK_FALSE(smtp::parse_sender(bad));
  }
}

TEST_CASE("senders' names of every kind come back out of the mail") {
  for (const std::string& name :
       {std::string("Shop, \"Inc.\" \\ (Berlin)"), std::string("Caf\u00e9 \u65e5\u672c\u8a9e = ?"),
        std::string("=?UTF-8?Q?x?="), std::string(150, 'n'), []() {
          std::string long_name;
          for (int i = 0; i < 50; ++i) long_name += "\U0001f600";
          return long_name;
        }()}) {
    std::string quoted;
    for (const char c : name) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    const auto sender = smtp::parse_sender("\"" + quoted + "\" <orders@example.com>");
    REQUIRE(sender);
    CHECK(sender->name == name);
    const auto message = smtp::render_message(mail(record()), *sender);
    check_form(*message);
    const std::string seen = decoded(*message);
    CHECK(seen.starts_with("From: " + name + " <orders@example.com>\n"));
    CHECK(seen.find("\n\n" + name + "\n--- html") != std::string::npos);
  }
}
