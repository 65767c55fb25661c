#include "edge/http/api/api_documents.h"

namespace http {

std::string_view asyncapi_document() {
  // clang-format off
  static constexpr std::string_view text = R"json({
"asyncapi":"3.0.0",
"info":{"title":"Saga engine","version":"1.0.0","contact":{"name":"The engine's authors"},"license":{"name":"MIT","url":"https://spdx.org/licenses/MIT.html"},"tags":[{"name":"orders","description":"What happens to each order"}],"description":"The events of every order, in one Kafka topic partition, as CloudEvents 1.0. The topic in offset order is what happened."},
"defaultContentType":"application/cloudevents+json",
"servers":{"kafka":{"host":"kafka:9092","protocol":"kafka"}},
"channels":{"orders":{"address":"orders","title":"orders","description":"The record key is the order id, of StockSet the sku. epoch and seq tell which engine wrote an event and in what order.","messages":{
 "OrderPlaced":{"$ref":"#/components/messages/OrderPlaced"},
 "PaymentConfirmed":{"$ref":"#/components/messages/PaymentConfirmed"},
 "PaymentNotAuthorized":{"$ref":"#/components/messages/PaymentNotAuthorized"},
 "InventoryUpdated":{"$ref":"#/components/messages/InventoryUpdated"},
 "InventoryInsufficient":{"$ref":"#/components/messages/InventoryInsufficient"},
 "ShippingConfirmed":{"$ref":"#/components/messages/ShippingConfirmed"},
 "ShippingFailed":{"$ref":"#/components/messages/ShippingFailed"},
 "InventoryReleased":{"$ref":"#/components/messages/InventoryReleased"},
 "PaymentRefunded":{"$ref":"#/components/messages/PaymentRefunded"},
 "OrderCancelRequested":{"$ref":"#/components/messages/OrderCancelRequested"},
 "OrderCancelled":{"$ref":"#/components/messages/OrderCancelled"},
 "NotificationSent":{"$ref":"#/components/messages/NotificationSent"},
 "NotificationFailed":{"$ref":"#/components/messages/NotificationFailed"},
 "OrderParked":{"$ref":"#/components/messages/OrderParked"},
 "OrderResumed":{"$ref":"#/components/messages/OrderResumed"},
 "MailRequested":{"$ref":"#/components/messages/MailRequested"},
 "PaymentUnresolved":{"$ref":"#/components/messages/PaymentUnresolved"},
 "InventoryUnresolved":{"$ref":"#/components/messages/InventoryUnresolved"},
 "ShippingUnresolved":{"$ref":"#/components/messages/ShippingUnresolved"},
 "ShippingRecalled":{"$ref":"#/components/messages/ShippingRecalled"},
 "PaymentCaptured":{"$ref":"#/components/messages/PaymentCaptured"},
 "StockSet":{"$ref":"#/components/messages/StockSet"},
 "EpochStarted":{"$ref":"#/components/messages/EpochStarted"}}},
"requests":{"address":"orders.requests","title":"requests","description":"What participants over the topic answer; read only while some handler's provider is topic. The record key is the order id.","messages":{
 "PaymentConfirmed":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"PaymentConfirmed"}}}]}},
 "PaymentNotAuthorized":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"PaymentNotAuthorized"}}}]}},
 "PaymentCaptured":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"PaymentCaptured"}}}]}},
 "PaymentRefunded":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"PaymentRefunded"}}}]}},
 "InventoryUpdated":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"InventoryUpdated"}}}]}},
 "InventoryInsufficient":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"InventoryInsufficient"}}}]}},
 "InventoryReleased":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"InventoryReleased"}}}]}},
 "ShippingConfirmed":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"required":["data"],"properties":{"type":{"const":"ShippingConfirmed"},"data":{"required":["trackingNumber"],"properties":{"trackingNumber":true}}}}]}},
 "ShippingFailed":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"ShippingFailed"}}}]}},
 "ShippingRecalled":{"payload":{"allOf":[{"$ref":"#/components/schemas/Request"},{"properties":{"type":{"const":"ShippingRecalled"}}}]}}}}},
"operations":{"publishEvents":{"action":"send","channel":{"$ref":"#/channels/orders"},"summary":"The engine writes each event once per epoch","description":"Who needs exactness applies the reader rule: of the records in offset order those count that continue the newest EpochStarted without a gap."},"takeRequests":{"action":"receive","channel":{"$ref":"#/channels/requests"},"summary":"The engine takes the first answer to a turn that fits","description":"It becomes the engine's own event, whose causationid names it. All others are counted and passed by."}},
"components":{
 "messages":{
  "OrderPlaced":{"title":"An order was placed","payload":{"$ref":"#/components/schemas/OrderPlaced"}},
  "PaymentConfirmed":{"title":"Its payment was taken","payload":{"$ref":"#/components/schemas/Payment"}},
  "PaymentNotAuthorized":{"title":"Its payment was declined","payload":{"$ref":"#/components/schemas/Event"}},
  "InventoryUpdated":{"title":"Its lines are reserved","payload":{"$ref":"#/components/schemas/Lines"}},
  "InventoryInsufficient":{"title":"Stock does not suffice","payload":{"$ref":"#/components/schemas/Lines"}},
  "ShippingConfirmed":{"title":"It is on its way","payload":{"$ref":"#/components/schemas/ShippingConfirmed"}},
  "ShippingFailed":{"title":"It cannot be shipped","payload":{"$ref":"#/components/schemas/Event"}},
  "InventoryReleased":{"title":"Its lines were given back","payload":{"$ref":"#/components/schemas/Lines"}},
  "PaymentRefunded":{"title":"Its payment was given back","payload":{"$ref":"#/components/schemas/Payment"}},
  "OrderCancelRequested":{"title":"The customer wants it cancelled","payload":{"$ref":"#/components/schemas/OrderCancelRequested"}},
  "OrderCancelled":{"title":"Everything done is undone","payload":{"$ref":"#/components/schemas/Event"}},
  "NotificationSent":{"title":"Its mail was sent","payload":{"$ref":"#/components/schemas/NotificationSent"}},
  "NotificationFailed":{"title":"Its mail was given up","payload":{"$ref":"#/components/schemas/NotificationFailed"}},
  "OrderParked":{"title":"An undo keeps failing; a person is needed","payload":{"$ref":"#/components/schemas/Event"}},
  "OrderResumed":{"title":"It goes on","payload":{"$ref":"#/components/schemas/OrderResumed"}},
  "MailRequested":{"title":"Somebody wants its last mail again","payload":{"$ref":"#/components/schemas/MailRequested"}},
  "PaymentUnresolved":{"title":"Its payment was asked for, and nobody knows whether it was taken","payload":{"$ref":"#/components/schemas/Unresolved"}},
  "InventoryUnresolved":{"title":"Its lines were asked for, and nobody knows whether they are reserved","payload":{"$ref":"#/components/schemas/Unresolved"}},
  "ShippingUnresolved":{"title":"Its shipment was asked for, and nobody knows whether it was made","payload":{"$ref":"#/components/schemas/Unresolved"}},
  "ShippingRecalled":{"title":"A shipment that may have been made is taken back","payload":{"$ref":"#/components/schemas/ShippingRecalled"}},
  "PaymentCaptured":{"title":"Its payment, held so far, was taken","payload":{"$ref":"#/components/schemas/Payment"}},
  "StockSet":{"title":"The stock of a sku was set","payload":{"$ref":"#/components/schemas/StockSet"}},
  "EpochStarted":{"title":"An engine has opened the log","payload":{"$ref":"#/components/schemas/CloudEvent"}}},
 "schemas":{
  "CloudEvent":{"type":"object","required":["specversion","id","source","type","time"],"properties":{"specversion":{"const":"1.0"},"id":{"type":"string","description":"the order id and the step, joined by a dot; of StockSet epoch and seq"},"source":{"type":"string","format":"uri-reference"},"type":{"type":"string"},"subject":{"type":"string","description":"the order id; of StockSet the sku"},"time":{"type":"string","format":"date-time"},"datacontenttype":{"const":"application/json"},"causationid":{"type":"string","description":"id of the event this one follows; of one that a request has said, <source>#<id> of the request"},"traceparent":{"type":"string","pattern":"^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$","description":"of the trace that the order is part of, in all its events: the extension Distributed Tracing of CloudEvents"},"turn":{"enum":["payment.charge","payment.capture","payment.undo","inventory.reserve","inventory.release","shipping.ship","shipping.recall","notification.send"],"description":"only of an event that makes it somebody's turn: whose, and to do what; the effect's key is the order id and this, joined by a dot"},"data":{"type":"object"}}},
  "OrderPlaced":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","userId","userEmail","amount","amountMinor","currency","bodyHash"],"oneOf":[{"required":["item"]},{"required":["items"]}],"properties":{"orderId":{"type":"string","format":"uuid"},"userId":{"type":"string"},"userEmail":{"type":"string"},"item":{"type":"string"},"items":{"type":"array","minItems":1,"items":{"type":"object","required":["sku","quantity","price"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer"},"price":{"type":"string"},"stocked":{"const":false,"description":"only of a line that takes nothing from stock; it stands in no event of the inventory"}}}},"amount":{"type":"number","description":"the sum of the lines less the discount; zero: nobody is asked to pay, and the payment's reference is free"},"amountMinor":{"type":"integer"},"currency":{"type":"string"},"discount":{"type":"string"},"reference":{"type":"string","description":"the shop's own number"},"bodyHash":{"type":"string","description":"SHA-256 of the request's body"},"shipping":{"type":"object","description":"as the shop sent it, byte for byte; payment and metadata too"},"payment":{"type":"object"},"metadata":{"type":"object"}}}}}]},
  "StockSet":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["sku","onHand","by"],"properties":{"sku":{"type":"string"},"onHand":{"type":"integer","description":"free to sell from then on"},"by":{"type":"string","description":"the name of the token; without tokens customer"}}}}}]},
  "MailRequested":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template","by"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"by":{"type":"string","description":"the name of the token; without tokens customer"}}}}}]},
  "NotificationSent":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"messageId":{"type":"string"},"again":{"const":true,"description":"only of a mail that was asked for"},"confirmed":{"const":false,"description":"only where the mail server has never answered: the mail may have arrived"}}}}}]},
  "NotificationFailed":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template","answer","reason"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"answer":{"type":"string","description":"the mail server's code and text, or why there was none"},"reason":{"type":"string"},"again":{"const":true,"description":"only of a mail that was asked for"}}}}}]},
  "Payment":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","amount","amountMinor","currency","reference"],"properties":{"orderId":{"type":"string","format":"uuid"},"amount":{"type":"number"},"amountMinor":{"type":"integer"},"currency":{"type":"string"},"reference":{"type":"string","description":"the payment's, the refund's, the capture's, with whoever has it"},"data":{"type":"object","description":"what whoever did it outside said beside, byte for byte"},"by":{"type":"string","description":"only of what a person has said: the name of the token; without tokens customer"},"detail":{"type":"string","description":"why not, in the words of whoever does it outside"}}}}}]},
  "Lines":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","lines"],"properties":{"orderId":{"type":"string","format":"uuid"},"lines":{"type":"array","items":{"type":"object","required":["sku","quantity"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer"},"left":{"type":"integer","description":"free to sell, of a sku that is counted here"}}}},"reason":{"type":"string"},"data":{"type":"object","description":"what whoever did it outside said beside, byte for byte"},"by":{"type":"string","description":"only of what a person has said: the name of the token; without tokens customer"},"detail":{"type":"string","description":"why not, in the words of whoever does it outside"}}}}}]},
  "ShippingConfirmed":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","trackingNumber"],"properties":{"orderId":{"type":"string","format":"uuid"},"trackingNumber":{"type":"string"},"carrier":{"type":"string"},"data":{"type":"object","description":"what whoever did it outside said beside, byte for byte"},"by":{"type":"string","description":"only of what a person has said: the name of the token; without tokens customer"},"detail":{"type":"string","description":"why not, in the words of whoever does it outside"}}}}}]},
  "ShippingRecalled":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId"],"properties":{"orderId":{"type":"string","format":"uuid"},"reference":{"type":"string"},"data":{"type":"object","description":"what whoever did it outside said beside, byte for byte"},"by":{"type":"string","description":"only of what a person has said: the name of the token; without tokens customer"},"detail":{"type":"string","description":"why not, in the words of whoever does it outside"}}}}}]},
  "Unresolved":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","key","attempts","reason"],"properties":{"orderId":{"type":"string","format":"uuid"},"key":{"type":"string","description":"of the effect: <orderId>.<turn>; the undo names it"},"attempts":{"type":"integer","description":"so many calls were sent"},"reason":{"type":"string"}}}}}]},
  "OrderCancelRequested":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","by"],"properties":{"orderId":{"type":"string","format":"uuid"},"by":{"type":"string","description":"the name of the token; without tokens customer"}}}}}]},
  "OrderResumed":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","handler","by"],"properties":{"orderId":{"type":"string","format":"uuid"},"handler":{"type":"string"},"by":{"type":"string","description":"the name of the token; without tokens customer"}}}}}]},
  "Request":{"description":"A CloudEvent of whoever does a handler's work over the topic, structured or binary, without epoch and seq. The first that fits becomes the engine's own event; all others are counted and passed by","type":"object","required":["specversion","id","source","type","subject","causationid","data"],"properties":{"specversion":{"const":"1.0"},"id":{"type":"string","description":"its sender's own"},"source":{"type":"string","format":"uri-reference","description":"its sender's own"},"type":{"type":"string"},"subject":{"type":"string","format":"uuid","description":"the order id, the record key too"},"causationid":{"type":"string","description":"id of the event that it answers"},"data":{"type":"object","properties":{"reference":{"type":"string"},"reason":{"type":"string"},"trackingNumber":{"type":"string"},"carrier":{"type":"string"},"data":{"type":"object","description":"goes into the event byte for byte; at most 4096 bytes"}}},"epoch":false,"seq":false}},
  "Event":{"allOf":[{"$ref":"#/components/schemas/CloudEvent"},{"type":"object","required":["subject","epoch","seq","data"],"properties":{"epoch":{"type":"string","description":"offset of the epoch's EpochStarted"},"seq":{"type":"string","description":"1, 2, 3, … within the epoch"}}}]}
 }
}
}
)json";
  // clang-format on
  return text;
}

}  // namespace http
