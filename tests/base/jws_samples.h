/* SPDX-License-Identifier: ISC
 * Signed objects that another program made, for the tests of base/jws. */
#ifndef TESTS_BASE_JWS_SAMPLES_H
#define TESTS_BASE_JWS_SAMPLES_H

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* Made by the openssl program with the keys of RFC 8037 A.1 and RFC 7515 A.3 over {"vote":"yes"}, typ gmc-vote+jws. */
#define PAYLOAD "eyJ2b3RlIjoieWVzIn0"
#define ED_HEADER "eyJhbGciOiJFZERTQSIsInR5cCI6ImdtYy12b3RlK2p3cyIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsifQ"
#define ED_SIG "Vqixj1Ig3f6yuYHEDi30xlfsj0AqhObQCWuacXUh01ZYBtEBKLuP07D3pyyx7RhRZtvM7_mkGKaC2ouJnzH3Dw"
#define EC_HEADER "eyJhbGciOiJFUzI1NiIsInR5cCI6ImdtYy12b3RlK2p3cyIsImtpZCI6Im9LSXl3dkdVcFRWVHl4TVEzYndJSWVRVXVkZnJfQ2tMTWpDRTE5RUNELVUifQ"
#define EC_SIG "ON4Z6Bc07VkU7FTKuifgJDZ5hpauyfr1QBx32a7cGqbyOenj0iffsRonxutsgm11snSdDyX3q_zllEpjE4nqBQ"
#define ED_TEXT "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}"
#define EC_TEXT "{\"payload\":\"" PAYLOAD "\",\"protected\":\"" EC_HEADER "\",\"signature\":\"" EC_SIG "\"}"
#define BOTH_TEXT \
	"{\"payload\":\"" PAYLOAD "\",\"signatures\":[{\"protected\":\"" ED_HEADER "\",\"signature\":\"" ED_SIG "\"}," \
	"{\"protected\":\"" EC_HEADER "\",\"signature\":\"" EC_SIG "\"}]}"
#define ED_KID "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

/* A flattened envelope around a protected header given as JSON, with a signature that is none. Valid until the next call. */
static inline const char *with_header(const char *header)
{
	static char text[2000];
	char b64[1400];

	base64url_encode(header, strlen(header), b64);
	snprintf(text, sizeof(text), "{\"payload\":\"" PAYLOAD "\",\"protected\":\"%s\",\"signature\":\"" ED_SIG "\"}", b64);
	return text;
}

#endif
