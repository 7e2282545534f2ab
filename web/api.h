/* SPDX-License-Identifier: ISC
 * What the handlers of the API share: a request's parts as values, and answers. A handler is: parse, one act or one read, reply. */
#ifndef WEB_API_H
#define WEB_API_H

#include "authority/acts.h"
#include "authority/read.h"
#include "web/reply.h"

/* What all handlers know of the service. Not changed after start. */
struct site {
	const char *url; /* as others reach it, without a slash at its end; NULL: what the request's Host says */
};
/* A worker's context: its own handles, and what all share. */
struct api {
	struct worker *w;
	const struct site *site;
};

enum { API_URL_MAX = 256, API_BODY_MAX = 64 * 1024, API_CHARTER_MAX = 1024 * 1024 };

/* The group of {g}, founded. group_find's. */
bool api_group(struct api *api, const struct request *q, struct group *out, struct err *e);
/* A {name} of the path. "not_found" when it is none: nothing lies at such an address. */
bool api_digest(const struct request *q, const char *name, struct digest *out, struct err *e);
bool api_id16(const struct request *q, const char *name, struct id16 *out, struct err *e);
bool api_number(const struct request *q, const char *name, int64_t max, uint64_t *out, struct err *e);
/* after and limit of the query. "bad_value" */
bool api_page(const struct request *q, struct page *out, struct err *e);
/* The address of this service as the client should name it. "bad_request" without any. */
bool api_url(const struct api *api, const struct request *q, char out[static API_URL_MAX], struct err *e);

/* The host of that address, perhaps with a port: what challenges are bound to. */
bool api_origin(const struct api *api, const struct request *q, char out[static API_URL_MAX], struct err *e);

/* A body {name: envelope, text_name: {"text", "salt"}?}. text_name NULL: no text may come. */
struct signed_body {
	json_t *doc;            /* owned */
	const json_t *envelope; /* in doc */
	struct jws jws;         /* owned */
	struct free_text text;
	bool has_text;
	const char *ticket; /* in doc; NULL: none came */
};
/* json_read's, at_*'s, jws_read's. To be freed with signed_body_free, which a refusal does not need. */
bool signed_body_read(const struct request *q, const char *name, const char *text_name, struct signed_body *out, struct err *e);
/* The same, where "ticket" may stand beside them: terms, as act_ticket gave them. */
bool signed_body_read_ticketed(const struct request *q, const char *name, const char *text_name, struct signed_body *out, struct err *e);
void signed_body_free(struct signed_body *b);
/* NULL when no text came. */
const struct free_text *signed_body_text(const struct signed_body *b);

/* A document as the answer, which is taken; NULL: the problem in e. With a tag, so that asking again is cheap. */
void api_give(const struct request *q, struct reply *r, json_t *doc, const struct err *e);
/* Bytes as the answer, tagged; b is empty afterwards. */
void api_give_bytes(const struct request *q, struct reply *r, const char *type, struct buf *b);
/* What an act answered: 202 with its text, which is taken; or its problem. retry_after 0: no such header. */
void api_accept(struct reply *r, bool ok, struct answer *a, unsigned retry_after, const struct err *e);

/* The handlers, for the table in routes.c. */
void api_get_groups(void *ctx, const struct request *q, struct reply *r);
void api_get_group(void *ctx, const struct request *q, struct reply *r);
void api_get_trust(void *ctx, const struct request *q, struct reply *r);
void api_get_charters(void *ctx, const struct request *q, struct reply *r);
void api_get_charter(void *ctx, const struct request *q, struct reply *r);
void api_get_draft(void *ctx, const struct request *q, struct reply *r);
void api_post_freeze(void *ctx, const struct request *q, struct reply *r);
void api_post_charter(void *ctx, const struct request *q, struct reply *r);
void api_get_applications(void *ctx, const struct request *q, struct reply *r);
void api_get_application(void *ctx, const struct request *q, struct reply *r);
void api_post_application(void *ctx, const struct request *q, struct reply *r);
void api_post_word(void *ctx, const struct request *q, struct reply *r);
void api_post_withdrawal(void *ctx, const struct request *q, struct reply *r);
void api_get_vouches(void *ctx, const struct request *q, struct reply *r);
void api_post_seeds(void *ctx, const struct request *q, struct reply *r);
void api_post_reveal(void *ctx, const struct request *q, struct reply *r);
void api_post_vouch(void *ctx, const struct request *q, struct reply *r);
void api_get_challenges(void *ctx, const struct request *q, struct reply *r);
void api_post_application_challenge(void *ctx, const struct request *q, struct reply *r);
void api_post_proposal_challenge(void *ctx, const struct request *q, struct reply *r);
void api_post_ticket(void *ctx, const struct request *q, struct reply *r);
void api_get_ticket(void *ctx, const struct request *q, struct reply *r);
void api_get_image(void *ctx, const struct request *q, struct reply *r);
void api_get_audio(void *ctx, const struct request *q, struct reply *r);
void api_get_work(void *ctx, const struct request *q, struct reply *r);
void api_post_token(void *ctx, const struct request *q, struct reply *r);
void api_post_answers(void *ctx, const struct request *const *q, struct reply *const *r, size_t n);
void api_get_candidates(void *ctx, const struct request *q, struct reply *r);
void api_post_candidate(void *ctx, const struct request *q, struct reply *r);
void api_post_measurement(void *ctx, const struct request *q, struct reply *r);
void api_post_invitation(void *ctx, const struct request *q, struct reply *r);
void api_get_proposals(void *ctx, const struct request *q, struct reply *r);
void api_get_proposal(void *ctx, const struct request *q, struct reply *r);
void api_post_proposal(void *ctx, const struct request *q, struct reply *r);
void api_get_contradictions(void *ctx, const struct request *q, struct reply *r);
void api_get_complaints(void *ctx, const struct request *q, struct reply *r);
void api_post_complaint(void *ctx, const struct request *q, struct reply *r);
void api_get_record(void *ctx, const struct request *q, struct reply *r);
void api_post_votes(void *ctx, const struct request *const *q, struct reply *const *r, size_t n);
void api_get_ceremonies(void *ctx, const struct request *q, struct reply *r);
void api_get_ceremony(void *ctx, const struct request *q, struct reply *r);
void api_post_post(void *ctx, const struct request *q, struct reply *r);
void api_get_members(void *ctx, const struct request *q, struct reply *r);
void api_get_member(void *ctx, const struct request *q, struct reply *r);
void api_post_renewal(void *ctx, const struct request *q, struct reply *r);
void api_post_recovery(void *ctx, const struct request *q, struct reply *r);
void api_post_revocation(void *ctx, const struct request *q, struct reply *r);
void api_get_certificate(void *ctx, const struct request *q, struct reply *r);
void api_get_ca(void *ctx, const struct request *q, struct reply *r);
void api_get_crl(void *ctx, const struct request *q, struct reply *r);
void api_get_revocations(void *ctx, const struct request *q, struct reply *r);
void api_get_head(void *ctx, const struct request *q, struct reply *r);
void api_get_entries(void *ctx, const struct request *q, struct reply *r);
void api_get_inclusion(void *ctx, const struct request *q, struct reply *r);
void api_get_consistency(void *ctx, const struct request *q, struct reply *r);
void api_get_live(void *ctx, const struct request *q, struct reply *r);
void api_get_ready(void *ctx, const struct request *q, struct reply *r);
void api_get_openapi(void *ctx, const struct request *q, struct reply *r);

#endif
