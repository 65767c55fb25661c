#include "edge/http/api/complaints.h"

#include <algorithm>
#include <utility>

namespace http {
namespace {

bool within(std::string_view pointer, std::string_view field) {
  return pointer.starts_with(field) && (pointer.size() == field.size() || pointer[field.size()] == '/');
}

}  // namespace

std::optional<Problem> Complaints::keep(std::optional<Problem> problem) {
  if (!problem || problem->status != 422) return problem;
  add(std::move(problem));
  return std::nullopt;
}

void Complaints::add(std::string pointer, std::string detail) {
  if (fields_.size() < most && !about(pointer)) fields_.push_back({std::move(pointer), std::move(detail)});
}

void Complaints::add(std::optional<Problem> wrong_field) {
  if (wrong_field) add(std::move(wrong_field->pointer), std::move(wrong_field->detail));
}

bool Complaints::about(std::string_view pointer) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const Problem::Field& field) { return within(field.pointer, pointer); });
}

std::optional<Problem> Complaints::problem() const {
  if (fields_.empty()) return std::nullopt;
  Problem problem = wrong_field(fields_.front().pointer, fields_.front().detail);
  problem.errors = fields_;
  return problem;
}

}  // namespace http
