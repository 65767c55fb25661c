#include "edge/http/api/api_documents.h"

namespace http {

std::string_view asyncapi_document() {
  // clang-format off
  static constexpr std::string_view text = R"json({
"asyncapi":"3.0.0",
"info":{"title":"Saga engine","version":"1.0.0","description":"The events of every order, in one Kafka topic partition, as CloudEvents 1.0. The topic in offset order is what happened."},
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
 "StockSet":{"$ref":"#/components/messages/StockSet"},
 "EpochStarted":{"$ref":"#/components/messages/EpochStarted"}}}},
"operations":{"publishEvents":{"action":"send","channel":{"$ref":"#/channels/orders"},"summary":"The engine writes each event once per epoch"}},
"components":{
 "messages":{
  "OrderPlaced":{"title":"An order was placed","payload":{"$ref":"#/components/schemas/OrderPlaced"}},
  "PaymentConfirmed":{"title":"Its payment was taken","payload":{"$ref":"#/components/schemas/Event"}},
  "PaymentNotAuthorized":{"title":"Its payment was declined","payload":{"$ref":"#/components/schemas/Event"}},
  "InventoryUpdated":{"title":"Its lines are reserved","payload":{"$ref":"#/components/schemas/Event"}},
  "InventoryInsufficient":{"title":"Stock does not suffice","payload":{"$ref":"#/components/schemas/Event"}},
  "ShippingConfirmed":{"title":"It is on its way","payload":{"$ref":"#/components/schemas/Event"}},
  "ShippingFailed":{"title":"It cannot be shipped","payload":{"$ref":"#/components/schemas/Event"}},
  "InventoryReleased":{"title":"Its lines were given back","payload":{"$ref":"#/components/schemas/Event"}},
  "PaymentRefunded":{"title":"Its payment was given back","payload":{"$ref":"#/components/schemas/Event"}},
  "OrderCancelRequested":{"title":"The customer wants it cancelled","payload":{"$ref":"#/components/schemas/Event"}},
  "OrderCancelled":{"title":"Everything done is undone","payload":{"$ref":"#/components/schemas/Event"}},
  "NotificationSent":{"title":"Its mail was sent","payload":{"$ref":"#/components/schemas/NotificationSent"}},
  "NotificationFailed":{"title":"Its mail was given up","payload":{"$ref":"#/components/schemas/NotificationFailed"}},
  "OrderParked":{"title":"An undo keeps failing; a person is needed","payload":{"$ref":"#/components/schemas/Event"}},
  "OrderResumed":{"title":"It goes on","payload":{"$ref":"#/components/schemas/Event"}},
  "MailRequested":{"title":"Somebody wants its last mail again","payload":{"$ref":"#/components/schemas/MailRequested"}},
  "StockSet":{"title":"The stock of a sku was set","payload":{"$ref":"#/components/schemas/StockSet"}},
  "EpochStarted":{"title":"An engine has opened the log","payload":{"$ref":"#/components/schemas/CloudEvent"}}},
 "schemas":{
  "CloudEvent":{"type":"object","required":["specversion","id","source","type","time"],"properties":{"specversion":{"const":"1.0"},"id":{"type":"string","description":"the order id and the step, joined by a dot; of StockSet epoch and seq"},"source":{"type":"string","format":"uri-reference"},"type":{"type":"string"},"subject":{"type":"string","description":"the order id; of StockSet the sku"},"time":{"type":"string","format":"date-time"},"datacontenttype":{"const":"application/json"},"causationid":{"type":"string","description":"id of the event this one follows"},"data":{"type":"object"}}},
  "OrderPlaced":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","userId","userEmail","amount","amountMinor","currency","bodyHash"],"oneOf":[{"required":["item"]},{"required":["items"]}],"properties":{"orderId":{"type":"string","format":"uuid"},"userId":{"type":"string"},"userEmail":{"type":"string"},"item":{"type":"string"},"items":{"type":"array","minItems":1,"items":{"type":"object","required":["sku","quantity","price"],"properties":{"sku":{"type":"string"},"quantity":{"type":"integer"},"price":{"type":"string"},"stocked":{"const":false,"description":"only of a line that takes nothing from stock; it stands in no event of the inventory"}}}},"amount":{"type":"number","description":"the sum of the lines less the discount; zero: nobody is asked to pay, and the payment's reference is free"},"amountMinor":{"type":"integer"},"currency":{"type":"string"},"discount":{"type":"string"},"reference":{"type":"string","description":"the shop's own number"},"bodyHash":{"type":"string","description":"SHA-256 of the request's body"},"shipping":{"type":"object","description":"as the shop sent it, byte for byte; payment and metadata too"},"payment":{"type":"object"},"metadata":{"type":"object"}}}}}]},
  "StockSet":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["sku","onHand"],"properties":{"sku":{"type":"string"},"onHand":{"type":"integer","description":"free to sell from then on"}}}}}]},
  "MailRequested":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template","by"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"by":{"type":"string","description":"the name of the token; without tokens customer"}}}}}]},
  "NotificationSent":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"messageId":{"type":"string"},"again":{"const":true,"description":"only of a mail that was asked for"},"confirmed":{"const":false,"description":"only where the mail server has never answered: the mail may have arrived"}}}}}]},
  "NotificationFailed":{"allOf":[{"$ref":"#/components/schemas/Event"},{"type":"object","properties":{"data":{"type":"object","required":["orderId","template","answer","reason"],"properties":{"orderId":{"type":"string","format":"uuid"},"template":{"type":"string"},"answer":{"type":"string","description":"the mail server's code and text, or why there was none"},"reason":{"type":"string"},"again":{"const":true,"description":"only of a mail that was asked for"}}}}}]},
  "Event":{"allOf":[{"$ref":"#/components/schemas/CloudEvent"},{"type":"object","required":["subject","epoch","seq","data"],"properties":{"epoch":{"type":"string","description":"offset of the epoch's EpochStarted"},"seq":{"type":"string","description":"1, 2, 3, … within the epoch"}}}]}
 }
}
}
)json";
  // clang-format on
  return text;
}

}  // namespace http
