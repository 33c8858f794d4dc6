#include "services/authorization/authorization.h"

#include "testing/service_test.h"

namespace lyceum::authorization {
namespace {

constexpr std::int64_t ann = 17, bob = 18;

class AuthorizationTest : public testing::ServiceTest {
 protected:
  static api::Tuple tuple(const std::string& relation, std::int64_t user_id) {
    api::Tuple made;
    made.mutable_entity()->set_type("platform");
    made.mutable_entity()->set_id("lyceum");
    made.set_relation(relation);
    made.mutable_subject()->set_type("user");
    made.mutable_subject()->set_id(std::to_string(user_id));
    return made;
  }

  Result<lyceum::v1::Empty> write(const api::Tuple& tuple) {
    api::WriteRelationshipsRequest request;
    *request.add_tuples() = tuple;
    return run(authorization.write_relationships(as_service(), request));
  }

  Result<api::CheckResponse> check(const std::string& permission, std::int64_t user_id) {
    api::CheckRequest request;
    *request.mutable_entity() = tuple("", user_id).entity();
    request.set_permission(permission);
    *request.mutable_subject() = tuple("", user_id).subject();
    return run(authorization.check(as_service(), request));
  }

  Result<lyceum::v1::Empty> grant(Call call, std::int64_t user_id, const std::string& role) {
    api::GrantRoleRequest request;
    request.set_user_id(user_id);
    request.set_role(role);
    return run(authorization.grant_role(std::move(call), request));
  }

  Result<lyceum::v1::Empty> remove(Call call, std::int64_t user_id, const std::string& role) {
    api::RemoveRoleRequest request;
    request.set_user_id(user_id);
    request.set_role(role);
    return run(authorization.remove_role(std::move(call), request));
  }

  std::vector<std::string> roles(std::int64_t user_id) {
    api::ListRolesRequest request;
    request.set_user_id(user_id);
    const auto found = run(authorization.list_roles(as_service(), request));
    EXPECT_TRUE(found);
    return {found->roles().begin(), found->roles().end()};
  }

  std::unique_ptr<Db> db = open_temporary_sqlite(migrations());
  Authorization service{{}, *db, clock, ids, events};
  api::AuthorizationApi& authorization =
      reach<api::AuthorizationApi>(service, api::publish, api::connect_authorization);
};

using Roles = std::vector<std::string>;

TEST_P(AuthorizationTest, a_tuple_allows_what_it_names_to_its_subject_only) {
  ASSERT_TRUE(write(tuple("content_creator", ann)));
  EXPECT_TRUE(check("content_creator", ann)->allowed());
  EXPECT_TRUE(check("create_contents", ann)->allowed());
  EXPECT_FALSE(check("create_contents", bob)->allowed());
  EXPECT_FALSE(check("moderate_users", ann)->allowed());
}

TEST_P(AuthorizationTest, an_administrator_has_every_permission_but_not_every_role) {
  ASSERT_TRUE(write(tuple("administrator", ann)));
  for (const auto* permission : {"administer", "moderate_users", "moderate_servers",
                                 "create_contents", "create_assessments"})
    EXPECT_TRUE(check(permission, ann)->allowed()) << permission;
  EXPECT_FALSE(check("content_creator", ann)->allowed());
}

TEST_P(AuthorizationTest, what_is_unknown_is_an_error_and_never_allowed) {
  ASSERT_TRUE(write(tuple("administrator", ann)));
  EXPECT_EQ(check("fly", ann).error().reason, "unknown_permission");

  api::CheckRequest request;
  *request.mutable_entity() = tuple("", ann).entity();
  request.set_permission("administer");
  *request.mutable_subject() = tuple("", ann).subject();
  auto other = request;
  other.mutable_entity()->set_type("planet");
  EXPECT_EQ(run(authorization.check(as_service(), other)).error().reason, "unknown_entity_type");
  other = request;
  other.mutable_entity()->set_id("LYCEUM");
  EXPECT_EQ(run(authorization.check(as_service(), other)).error().reason, "unknown_entity");
  other = request;
  other.mutable_subject()->set_type("robot");
  EXPECT_EQ(run(authorization.check(as_service(), other)).error().reason, "unknown_subject_type");
  other = request;
  other.mutable_subject()->set_id("017");
  EXPECT_EQ(run(authorization.check(as_service(), other)).error().reason, "bad_id");
  other = request;
  other.mutable_subject()->set_relation("member");
  EXPECT_EQ(run(authorization.check(as_service(), other)).error().reason, "unknown_relation");
}

TEST_P(AuthorizationTest, tuples_that_mean_nothing_are_not_written) {
  EXPECT_EQ(write(tuple("owner", ann)).error().reason, "unknown_relation");
  auto odd = tuple("administrator", ann);
  odd.mutable_entity()->set_id("another");
  EXPECT_EQ(write(odd).error().reason, "unknown_entity");
  odd = tuple("administrator", 0);
  EXPECT_EQ(write(odd).error().reason, "bad_id");
}

TEST_P(AuthorizationTest, of_a_list_with_one_bad_tuple_none_is_written) {
  api::WriteRelationshipsRequest request;
  *request.add_tuples() = tuple("administrator", ann);
  *request.add_tuples() = tuple("owner", ann);
  const auto written = run(authorization.write_relationships(as_service(), request));
  EXPECT_EQ(written.error().field, "tuples[1].relation");
  EXPECT_EQ(roles(ann), Roles{});
}

TEST_P(AuthorizationTest, people_cannot_touch_tuples) {
  api::WriteRelationshipsRequest request;
  *request.add_tuples() = tuple("administrator", ann);
  const auto written = run(authorization.write_relationships(as(ann, {"administrator"}), request));
  EXPECT_EQ(written.error().code, Code::permission_denied);
  EXPECT_EQ(roles(ann), Roles{});
}

TEST_P(AuthorizationTest, ID_18_an_administrator_grants_and_removes_roles) {
  ASSERT_TRUE(grant(as(ann, {"administrator"}), bob, "user_moderator"));
  EXPECT_EQ(roles(bob), Roles{"user_moderator"});
  ASSERT_TRUE(remove(as(ann, {"administrator"}), bob, "user_moderator"));
  EXPECT_EQ(roles(bob), Roles{});
}

TEST_P(AuthorizationTest, ID_18_granting_twice_is_granting_once) {
  ASSERT_TRUE(grant(as_service(), bob, "user_moderator"));
  ASSERT_TRUE(grant(as_service(), bob, "user_moderator"));
  EXPECT_EQ(roles(bob), Roles{"user_moderator"});
  ASSERT_TRUE(remove(as_service(), bob, "user_moderator"));
  EXPECT_EQ(roles(bob), Roles{});
  EXPECT_TRUE(remove(as_service(), bob, "user_moderator"));
}

TEST_P(AuthorizationTest, ID_18_nobody_but_administrators_grants_removes_or_sees_roles) {
  ASSERT_TRUE(grant(as_service(), ann, "administrator"));
  const auto moderator = as(bob, {"user_moderator", "content_creator"});
  EXPECT_EQ(grant(moderator, bob, "administrator").error().code, Code::permission_denied);
  EXPECT_EQ(remove(moderator, ann, "administrator").error().code, Code::permission_denied);
  EXPECT_EQ(grant(as_guest(), bob, "administrator").error().code, Code::permission_denied);
  api::ListRolesRequest request;
  request.set_user_id(ann);
  EXPECT_EQ(run(authorization.list_roles(moderator, request)).error().code,
            Code::permission_denied);
  EXPECT_EQ(roles(bob), Roles{});
  EXPECT_EQ(roles(ann), Roles{"administrator"});
}

TEST_P(AuthorizationTest, ID_18_a_role_that_does_not_exist_is_an_error) {
  EXPECT_EQ(grant(as_service(), bob, "emperor").error().code, Code::invalid_argument);
  EXPECT_EQ(remove(as_service(), bob, "emperor").error().code, Code::invalid_argument);
}

TEST_P(AuthorizationTest, ID_18_the_last_administrator_stays) {
  ASSERT_TRUE(grant(as_service(), ann, "administrator"));
  const auto alone = remove(as(ann, {"administrator"}), ann, "administrator");
  EXPECT_EQ(alone.error().code, Code::failed_precondition);
  EXPECT_EQ(alone.error().reason, "last_administrator");
  EXPECT_EQ(roles(ann), Roles{"administrator"});

  ASSERT_TRUE(grant(as_service(), bob, "administrator"));
  EXPECT_TRUE(remove(as_service(), ann, "administrator"));
  EXPECT_EQ(remove(as_service(), bob, "administrator").error().reason, "last_administrator");
}

TEST_P(AuthorizationTest, ID_18_the_last_administrator_stays_whatever_the_filter) {
  ASSERT_TRUE(grant(as_service(), ann, "administrator"));
  ASSERT_TRUE(grant(as_service(), bob, "administrator"));
  ASSERT_TRUE(grant(as_service(), bob, "user_moderator"));
  api::DeleteRelationshipsRequest request;
  request.mutable_filter()->set_entity_type("platform");
  EXPECT_EQ(run(authorization.delete_relationships(as_service(), request)).error().reason,
            "last_administrator");
  EXPECT_EQ(roles(bob), (Roles{"administrator", "user_moderator"}));
  request.mutable_filter()->set_subject_id(std::to_string(bob));
  EXPECT_TRUE(run(authorization.delete_relationships(as_service(), request)));
  EXPECT_EQ(roles(bob), Roles{});
}

TEST_P(AuthorizationTest, removing_from_who_is_no_administrator_needs_no_administrator) {
  ASSERT_TRUE(grant(as_service(), bob, "user_moderator"));
  EXPECT_TRUE(remove(as_service(), bob, "user_moderator"));
}

TEST_P(AuthorizationTest, ID_18_holders_come_in_pages_oldest_grant_first) {
  for (const std::int64_t user : {5, 3, 4})
    ASSERT_TRUE(grant(as_service(), user, "content_creator"));
  api::ListRoleHoldersRequest request;
  request.set_role("content_creator");
  request.set_limit(2);
  const auto first = run(authorization.list_role_holders(as_service(), request));
  ASSERT_TRUE(first);
  ASSERT_EQ(first->user_ids_size(), 2);
  EXPECT_EQ(first->user_ids(0), 5);
  EXPECT_EQ(first->user_ids(1), 3);
  request.set_page_token(first->next_page_token());
  const auto second = run(authorization.list_role_holders(as_service(), request));
  ASSERT_EQ(second->user_ids_size(), 1);
  EXPECT_EQ(second->user_ids(0), 4);
  EXPECT_FALSE(second->has_next_page_token());
  request.set_page_token("x");
  EXPECT_EQ(run(authorization.list_role_holders(as_service(), request)).error().reason,
            "bad_page_token");
}

TEST_P(AuthorizationTest, tuples_can_be_read_by_any_part_of_them) {
  ASSERT_TRUE(write(tuple("administrator", ann)));
  ASSERT_TRUE(write(tuple("content_creator", bob)));
  api::ReadRelationshipsRequest request;
  request.mutable_filter()->set_entity_type("platform");
  EXPECT_EQ(run(authorization.read_relationships(as_service(), request))->tuples_size(), 2);
  request.mutable_filter()->set_subject_id(std::to_string(bob));
  const auto found = run(authorization.read_relationships(as_service(), request));
  ASSERT_EQ(found->tuples_size(), 1);
  EXPECT_EQ(found->tuples(0).relation(), "content_creator");
  request.mutable_filter()->set_relation("nothing");
  EXPECT_EQ(run(authorization.read_relationships(as_service(), request)).error().reason,
            "unknown_relation");
}

TEST_P(AuthorizationTest, ID_18_caches_are_told_of_every_real_change_and_of_no_other) {
  const auto told = [&] {
    const auto rows = run(db->read([&](Tx& tx) {
      return tx.all("SELECT payload FROM outbox WHERE type = $1 ORDER BY id",
                    {api::RolesChanged::descriptor()->full_name()}, [](const Row& row) {
                      api::RolesChanged event;
                      EXPECT_TRUE(event.ParseFromString(row.text(0)));
                      return event.user_id();
                    });
    }));
    return *rows;
  };
  ASSERT_TRUE(grant(as_service(), ann, "administrator"));
  ASSERT_TRUE(grant(as_service(), ann, "administrator"));
  ASSERT_TRUE(grant(as_service(), bob, "administrator"));
  EXPECT_EQ(told(), (std::vector<std::int64_t>{ann, bob}));
  ASSERT_TRUE(remove(as_service(), bob, "content_creator"));
  EXPECT_FALSE(remove(as_service(), bob, "emperor"));
  ASSERT_TRUE(remove(as_service(), ann, "administrator"));
  EXPECT_FALSE(remove(as_service(), bob, "administrator"));
  EXPECT_EQ(told(), (std::vector<std::int64_t>{ann, bob, ann}));
}

INSTANTIATE_TEST_SUITE_P(works, AuthorizationTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::authorization
