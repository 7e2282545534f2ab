/* SPDX-License-Identifier: ISC */
#include "web/routes.h"

#include "web/api.h"
#include "web/asset.h"
#include "web/page_shell.h"

#define G "/v1/groups/{g}"
/* Whoever has no member's or operator's key is counted by where it comes from. */
#define OPEN (ROUTE_JSON | ROUTE_LIMITED)

static const struct route table[] = {
	{ "GET", "/healthz", api_get_live, NULL, 0, ROUTE_INLINE },
	{ "GET", "/readyz", api_get_ready, NULL, 0, 0 },
	{ "GET", "/static/{name}", asset_get, NULL, 0, ROUTE_INLINE },
	{ "GET", "/", page_get_home, NULL, 0, 0 },
	{ "GET", "/g/{g}", page_get_group, NULL, 0, 0 },
	{ "GET", "/g/{g}/challenges", page_get_challenges, NULL, 0, ROUTE_LIMITED },
	{ "POST", "/g/{g}/challenges", page_post_challenges, NULL, API_BODY_MAX, ROUTE_FORM | ROUTE_LIMITED },

	{ "GET", "/v1/openapi.json", api_get_openapi, NULL, 0, ROUTE_INLINE },
	{ "GET", "/v1/groups", api_get_groups, NULL, 0, 0 },
	{ "GET", G, api_get_group, NULL, 0, 0 },
	{ "GET", G "/trust", api_get_trust, NULL, 0, 0 },

	{ "GET", G "/charters", api_get_charters, NULL, 0, 0 },
	{ "POST", G "/charters", api_post_charter, NULL, API_CHARTER_MAX, OPEN },
	{ "POST", G "/freezes", api_post_freeze, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "GET", G "/charters/{n}", api_get_charter, NULL, 0, 0 },
	{ "GET", G "/drafts/{digest}", api_get_draft, NULL, 0, 0 },

	{ "GET", G "/applications", api_get_applications, NULL, 0, 0 },
	{ "POST", G "/applications", api_post_application, NULL, API_BODY_MAX, OPEN },
	{ "GET", G "/applications/{digest}", api_get_application, NULL, 0, 0 },
	{ "POST", G "/applications/{digest}/words", api_post_word, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/applications/{digest}/withdrawal", api_post_withdrawal, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "GET", G "/applications/{digest}/vouches", api_get_vouches, NULL, 0, 0 },
	{ "POST", G "/applications/{digest}/vouches", api_post_vouch, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "GET", G "/applications/{digest}/challenges", api_get_challenges, NULL, 0, 0 },
	{ "POST", G "/applications/{digest}/challenges", api_post_application_challenge, NULL, API_BODY_MAX, OPEN },

	{ "POST", G "/challenges", api_post_ticket, NULL, API_BODY_MAX, OPEN },
	{ "GET", G "/challenges/{id}", api_get_ticket, NULL, 0, 0 },
	{ "GET", G "/challenges/{id}/image", api_get_image, NULL, 0, ROUTE_LIMITED | ROUTE_ONCE },
	{ "GET", G "/challenges/{id}/audio", api_get_audio, NULL, 0, ROUTE_LIMITED | ROUTE_ONCE },
	{ "GET", G "/challenges/{id}/work", api_get_work, NULL, 0, ROUTE_LIMITED | ROUTE_ONCE },
	{ "POST", G "/challenges/{id}/token", api_post_token, NULL, API_BODY_MAX, OPEN },
	{ "POST", G "/challenges/{id}/answer", NULL, api_post_answers, API_BODY_MAX, OPEN },

	{ "GET", G "/candidates", api_get_candidates, NULL, 0, 0 },
	{ "POST", G "/candidates", api_post_candidate, NULL, API_BODY_MAX, OPEN },
	{ "POST", G "/measurements", api_post_measurement, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/invitations", api_post_invitation, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/seeds", api_post_seeds, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/seeds/reveals", api_post_reveal, NULL, API_BODY_MAX, ROUTE_JSON },

	{ "GET", G "/proposals", api_get_proposals, NULL, 0, 0 },
	{ "POST", G "/proposals", api_post_proposal, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "GET", G "/proposals/{number}", api_get_proposal, NULL, 0, 0 },
	{ "POST", G "/proposals/{number}/votes", NULL, api_post_votes, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/proposals/{number}/challenges", api_post_proposal_challenge, NULL, API_BODY_MAX, OPEN },
	{ "GET", G "/proposals/{number}/record", api_get_record, NULL, 0, 0 },
	{ "GET", G "/proposals/{number}/contradictions", api_get_contradictions, NULL, 0, 0 },
	{ "GET", G "/complaints", api_get_complaints, NULL, 0, 0 },
	{ "POST", G "/complaints", api_post_complaint, NULL, API_BODY_MAX, ROUTE_JSON },

	{ "GET", G "/ceremonies", api_get_ceremonies, NULL, 0, 0 },
	{ "GET", G "/ceremonies/{number}", api_get_ceremony, NULL, 0, 0 },
	{ "POST", G "/ceremonies/{number}/posts", api_post_post, NULL, API_BODY_MAX, ROUTE_JSON },

	{ "GET", G "/members", api_get_members, NULL, 0, 0 },
	{ "GET", G "/members/{member}", api_get_member, NULL, 0, 0 },
	{ "POST", G "/renewals", api_post_renewal, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "POST", G "/recoveries", api_post_recovery, NULL, API_BODY_MAX, OPEN },
	{ "POST", G "/revocations", api_post_revocation, NULL, API_BODY_MAX, ROUTE_JSON },
	{ "GET", G "/revocations", api_get_revocations, NULL, 0, 0 },

	{ "GET", G "/certificates/{serial}", api_get_certificate, NULL, 0, 0 },
	{ "GET", G "/ca", api_get_ca, NULL, 0, 0 },
	{ "GET", G "/crl", api_get_crl, NULL, 0, 0 },

	{ "GET", G "/log/head", api_get_head, NULL, 0, 0 },
	{ "GET", G "/log/entries", api_get_entries, NULL, 0, 0 },
	{ "GET", G "/log/inclusion", api_get_inclusion, NULL, 0, 0 },
	{ "GET", G "/log/consistency", api_get_consistency, NULL, 0, 0 },
};

const struct route *routes_all(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
