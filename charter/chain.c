/* SPDX-License-Identifier: ISC */
#include "charter/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/merkle.h"

/* Wrong members of the payload have their place in the payload, which the document holds as base64url: the words tell it. */
static bool read_charter(const struct at *at, struct charter **out)
{
	struct buf payload = { 0 };
	struct err inside = { 0 };
	struct at place;

	if (at_base64(at, "charter", 1, CHARTER_MAX, &payload) && at_member(at, "charter", &place)) {
		*out = charter_parse(buf_slice(&payload), &inside);
		if (*out == NULL && inside.pointer[0] == '\0')
			at_refuse(&place, inside.name, "in the charter: %s", inside.text);
		if (*out == NULL)
			at_refuse(&place, inside.name, "in the charter, line %u, column %u, at %s: %s", (unsigned)inside.line,
				(unsigned)inside.column, inside.pointer, inside.text);
	}
	buf_free(&payload);
	return *out != NULL;
}

static bool refuse_reserved(const struct at *at)
{
	struct at place;

	return !at_has(at, "group") ? err_ok(at->e)
				    : at_member(at, "group", &place) &&
			at_refuse(&place, "feature_unsupported", "a signature by the group's own key is not read by this program yet");
}

static bool read_approvals(const struct at *at, json_t **out)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "approvals", &list) || !at_array(&list, 0, CHARTER_ADMINISTRATORS_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!at_element(&list, i, &one))
			return false;
		if (!json_is_object(one.v))
			return at_refuse(&one, "wrong_type", "an approval is an object");
	}
	*out = json_incref((json_t *)(uintptr_t)list.v);
	return true;
}

static bool read_record(const struct at *at, json_t **out)
{
	struct at record;

	if (!at_optional(at, "record", &record))
		return false;
	if (record.v != NULL && !json_is_object(record.v))
		return at_refuse(&record, "wrong_type", "a record is an object");
	*out = json_incref((json_t *)(uintptr_t)record.v);
	return true;
}

/* Whose transcript it is, and what it says, is for those to judge who know the members. */
static bool read_transcript(const struct at *at, json_t **out)
{
	struct at list;
	size_t n;

	if (!at_optional(at, "transcript", &list))
		return false;
	if (list.v != NULL && !at_array(&list, 1, CHARTER_SIGNERS_MAX, &n))
		return false;
	*out = json_incref((json_t *)(uintptr_t)list.v);
	return true;
}

bool signed_charter_read(const struct at *at, const char *extra, struct signed_charter *out)
{
	const char *const members[] = { "charter", "approvals", "record", "transcript", extra, NULL };
	struct signed_charter s = { 0 };

	*out = s;
	if (!refuse_reserved(at) || !at_only(at, members))
		return false;
	if (!read_charter(at, &s.charter) || !read_approvals(at, &s.approvals) || !read_record(at, &s.record) ||
		!read_transcript(at, &s.transcript)) {
		signed_charter_free(&s);
		return false;
	}
	*out = s;
	return true;
}

bool signed_charter_parse(struct slice text, struct signed_charter *out, struct err *e)
{
	struct err own = { 0 };
	json_t *doc = json_read(text, kind_find(KIND_SIGNED_CHARTER)->max, &own);
	struct at root = at_root(doc, &own);
	bool rc = doc != NULL && signed_charter_read(&root, NULL, out);

	if (doc == NULL)
		memset(out, 0, sizeof(*out));
	if (!rc && own.pointer[0] != '\0' && !json_locate(text, own.pointer, &own.line, &own.column))
		own.line = own.column = 0;
	if (e != NULL && err_ok(e))
		*e = own;
	json_decref(doc);
	return rc;
}

void signed_charter_free(struct signed_charter *s)
{
	if (s == NULL)
		return;
	charter_free(s->charter);
	json_decref(s->approvals);
	json_decref(s->record);
	json_decref(s->transcript);
	memset(s, 0, sizeof(*s));
}

json_t *signed_charter_print(struct slice payload, json_t *approvals, json_t *record)
{
	json_t *o = json_object();

	if (object_set_base64(o, "charter", payload) && json_object_set(o, "approvals", approvals) == 0 &&
		(record == NULL || json_object_set(o, "record", record) == 0))
		return o;
	json_decref(o);
	return NULL;
}

json_t *signed_charter_whole(const struct signed_charter *s)
{
	json_t *o = signed_charter_print(buf_slice(&s->charter->payload), s->approvals, s->record);

	if (o != NULL && (s->transcript == NULL || json_object_set(o, "transcript", s->transcript) == 0))
		return o;
	json_decref(o);
	return NULL;
}

/* The certificate of an issuing key is made once, by the first version that names the key: a later version could not change it. */
static bool keeps_issuers(const struct charter *next, const struct charter *previous, struct err *e)
{
	for (size_t i = 0; i < next->authority.issuing_n; i++) {
		const struct charter_issuer *now = &next->authority.issuing[i], *before = charter_issuer(previous, &now->spki);

		if (before != NULL && !charter_issuer_equal(now, before))
			return err_set(e, "issuer_changed",
				"version %u gives issuing key %zu other times or another algorithm than version %u: name a new key beside it",
				(unsigned)next->version, i, (unsigned)previous->version);
	}
	return true;
}

bool chain_follows(const struct charter *next, const struct charter *previous, struct err *e)
{
	if (previous == NULL)
		return next->version == 1 ||
			err_set(e, "charter_gap", "a chain begins with version 1, and this is version %u", (unsigned)next->version);
	if (digest_compare(&next->object.genesis, &previous->object.genesis) != 0 || strcmp(next->group, previous->group) != 0)
		return err_set(e, "wrong_context", "this charter is that of another group");
	if (next->version == previous->version && digest_compare(&next->object.digest, &previous->object.digest) != 0)
		return err_set(
			e, "charter_fork", "there are two charters of version %u: keep both, they are evidence", (unsigned)next->version);
	if (next->version <= previous->version)
		return err_set(e, "charter_rollback", "version %u does not follow version %u", (unsigned)next->version,
			(unsigned)previous->version);
	if (next->version - previous->version > 1)
		return err_set(e, "charter_gap", "version %u does not follow version %u: the one between is missing",
			(unsigned)next->version, (unsigned)previous->version);
	if (digest_compare(&next->previous, &previous->object.digest) != 0)
		return err_set(e, "charter_fork", "version %u follows another version %u than this: keep both, they are evidence",
			(unsigned)next->version, (unsigned)previous->version);
	return keeps_issuers(next, previous, e);
}

static int compare(const void *a, const void *b)
{
	return digest_compare(a, b);
}

/* Root over the sorted digests; two administrators who sign one payload in the same second make two equal leaves. */
static void seal(struct digest *digests, size_t n, struct digest *root)
{
	struct digest leaves[CHARTER_ADMINISTRATORS_MAX];

	qsort(digests, n, sizeof(*digests), compare);
	for (size_t i = 0; i < n; i++)
		merkle_leaf(slice_of(digests[i].b, sizeof(digests[i].b)), &leaves[i]);
	merkle_root(leaves, n, root);
}

static bool stands_in(const struct digest *who, const struct digest *others, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&others[i], who) == 0)
			return true;
	return false;
}

/* The recovery keys' way and the administrators' are not mixed: what is too little on one way is not made enough by the other. */
static bool by_recoverers(const struct at *list, const struct digest *who, size_t n, const struct charter *by)
{
	for (size_t i = 0; i < n; i++)
		if (charter_recoverer(by, &who[i]) == NULL)
			return at_refuse(list, "approvals_mixed",
				"recovery keys approve this, and so does an administrator: it is approved by the ones or the others");
	return true;
}

static bool among(const char *name, const char *const names[])
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* Who may take over a lost member's place is for the group to say, not for those who replace its administrators. */
static bool same_for_members(const struct charter *next, const struct charter *previous)
{
	const json_t *a = json_object_get(json_object_get(next->object.doc, "recovery"), "member"),
		     *b = json_object_get(json_object_get(previous->object.doc, "recovery"), "member");

	return a == b || (a != NULL && b != NULL && json_equal(a, b));
}

/* Lost administrators are replaced, and nothing else is smuggled in. */
static bool recovers(const struct charter *next, const struct charter *previous, struct err *e)
{
	static const char *const free_parts[] = { "administrators", "recovery", "genesis", "version", "previous", "log", "effective",
		"founders", NULL };
	const json_t *both[] = { next->object.doc, previous->object.doc }, *value;
	const char *name;

	for (size_t i = 0; i < 2; i++)
		json_object_foreach((json_t *)(uintptr_t)both[i], name, value) if (!among(name, free_parts) &&
			!json_equal(value, json_object_get(both[1 - i], name))) return err_set(e, "recovery_changes",
			"recovery keys approve a version that names new administrators and changes nothing else; version %u changes \"%.32s\"",
			(unsigned)next->version, name);
	return same_for_members(next, previous) ||
		err_set(e, "recovery_changes", "recovery keys approve new administrators; version %u changes how members recover",
			(unsigned)next->version);
}

static bool count(struct crypto *k, struct signed_charter *next, const struct charter *by, struct err *e)
{
	struct digest digests[CHARTER_ADMINISTRATORS_MAX], who[CHARTER_ADMINISTRATORS_MAX];
	const struct at root = at_root(NULL, e), list = { .v = next->approvals, .up = &root, .name = "approvals", .e = e };
	size_t n, offline = 0;
	bool recovery = false;

	if (!at_array(&list, 0, CHARTER_ADMINISTRATORS_MAX, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct approval a;
		struct at one;

		if (!at_element(&list, i, &one) || !approval_verify(k, &one, next->charter, by, &a))
			return false;
		digests[i] = a.digest;
		who[i] = a.by;
		offline += a.offline;
		recovery = recovery || a.recovery;
		approval_free(&a);
		if (stands_in(&who[i], who, i))
			return at_refuse(&one, "approval_repeated", "this administrator's approval stands here already");
	}
	seal(digests, n, &next->approvals_root);
	next->approved = n;
	next->offline = offline;
	next->recovery = recovery;
	return !recovery || (by_recoverers(&list, who, n, by) && recovers(next->charter, by, e));
}

bool chain_count(struct crypto *k, struct signed_charter *next, const struct charter *previous, struct err *e)
{
	struct err own = { 0 };
	bool rc = count(k, next, previous == NULL ? next->charter : previous, &own);

	if (!rc && e != NULL && err_ok(e))
		*e = own;
	return rc;
}

bool chain_enough(const struct signed_charter *next, const struct charter *by, struct err *e)
{
	const uint32_t needed = next->recovery ? by->recovery.threshold : by->administrators.threshold;

	if (next->approved < needed)
		return err_set(e, "approvals_missing", "has %zu, needs %u%s", next->approved, (unsigned)needed,
			next->recovery ? " by recovery keys" : "");
	if (!next->recovery && next->offline < by->administrators.offline)
		return err_set(e, "approvals_missing", "has %zu made offline (by a key, not a passkey), needs %u", next->offline,
			(unsigned)by->administrators.offline);
	return true;
}

bool chain_approved(struct crypto *k, struct signed_charter *next, const struct charter *previous, struct err *e)
{
	return chain_follows(next->charter, previous, e) && chain_count(k, next, previous, e) &&
		chain_enough(next, previous == NULL ? next->charter : previous, e);
}

bool chain_needs_vote(const struct signed_charter *next, const struct charter *previous)
{
	if (next->charter->version <= 1 || previous == NULL)
		return false;
	return next->recovery ? previous->recovery.veto > 0 : previous->amendment != NULL;
}

int64_t chain_notice(const struct signed_charter *next, const struct charter *previous)
{
	const int64_t notice = previous->amending.notice;

	return next->recovery && previous->recovery.notice > notice ? previous->recovery.notice : notice;
}

bool chain_announced(const struct signed_charter *next, const struct charter *previous, int64_t entered)
{
	const int64_t notice = chain_notice(next, previous);

	return notice == 0 || next->charter->effective >= entered + notice;
}
