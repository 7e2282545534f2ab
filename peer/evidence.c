/* SPDX-License-Identifier: ISC */
#include "peer/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "voting/invitation.h"

static bool read_vote(const struct at *at, struct evidence_vote *out)
{
	static const char *const members[] = { "vote", "key", "status", "elector", NULL };
	int64_t status;

	if (!at_only(at, members) || !at_jws(at, "vote", &out->jws) || !at_key(at, "key", &out->key) ||
		!at_int(at, "status", 0, VOTE_STATUSES - 1, &status))
		return false;
	out->status = (enum vote_status)status;
	return true;
}

static bool read_votes(const struct at *at, struct evidence *out)
{
	struct at list, one;
	size_t n;

	if (!at_optional(at, "votes", &list) || (list.v != NULL && !at_array(&list, 0, EVIDENCE_VOTES_MAX, &n)))
		return false;
	if (list.v == NULL || n == 0)
		return true;
	out->votes = calloc(n, sizeof(*out->votes));
	if (out->votes == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		out->votes_n = i + 1; /* a half-read one is freed too */
		if (!at_element(&list, i, &one) || !read_vote(&one, &out->votes[i]))
			return false;
	}
	return true;
}

bool evidence_by_member(const struct jws *j, struct id16 *member)
{
	struct invitation invitation;
	struct vouch vouch;

	if (jws_is(j, KIND_VOUCH, NULL) && vouch_parse(j, &vouch, NULL)) {
		*member = vouch.member;
		return true;
	}
	if (!jws_is(j, KIND_INVITATION, NULL) || !invitation_parse(j, &invitation, NULL) || !invitation.has_member)
		return false;
	*member = invitation.member;
	return true;
}

/* A voucher's place in the electorate stands beside its vouch, and an inviter's; those who sign other objects have none. */
static bool read_object(const struct at *at, struct evidence_object *out)
{
	static const char *const members[] = { "object", "key", "elector", NULL };
	struct id16 member;

	if (!at_only(at, members) || !at_jws(at, "object", &out->jws) || !at_key(at, "key", &out->key))
		return false;
	return jws_is(&out->jws, KIND_VOUCH, NULL) || evidence_by_member(&out->jws, &member) ||
		at_only(at, (const char *const[]){ "object", "key", NULL });
}

static bool read_objects(const struct at *at, struct evidence *out)
{
	struct at list, one;
	size_t n;

	if (!at_optional(at, "evidence", &list) || (list.v != NULL && !at_array(&list, 0, EVIDENCE_OBJECTS_MAX, &n)))
		return false;
	if (list.v == NULL || n == 0)
		return true;
	out->objects = calloc(n, sizeof(*out->objects));
	if (out->objects == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < n; i++) {
		out->objects_n = i + 1;
		if (!at_element(&list, i, &one) || !read_object(&one, &out->objects[i]))
			return false;
	}
	return true;
}

bool evidence_read(const struct at *at, struct evidence *out)
{
	memset(out, 0, sizeof(*out));
	if (read_votes(at, out) && read_objects(at, out) && at_scheme(at, &out->scheme))
		return true;
	evidence_free(out);
	return false;
}

/* Signature, key, status and the names of all members take less than 320 bytes. */
static size_t size_of(const struct jws *j)
{
	return j->text.n + 320;
}

size_t evidence_size(const struct evidence *v)
{
	size_t n = 64;

	for (size_t i = 0; i < v->votes_n; i++)
		n += size_of(&v->votes[i].jws);
	for (size_t i = 0; i < v->objects_n; i++)
		n += size_of(&v->objects[i].jws);
	return n;
}

void evidence_free(struct evidence *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->votes_n; i++)
		jws_free(&v->votes[i].jws);
	for (size_t i = 0; i < v->objects_n; i++)
		jws_free(&v->objects[i].jws);
	free(v->votes);
	free(v->objects);
	memset(v, 0, sizeof(*v));
}
