/* SPDX-License-Identifier: ISC
 * Made by make_corpus.c, together with the corpora. */
#ifndef TESTS_FUZZ_FIXED_H
#define TESTS_FUZZ_FIXED_H

/* clang-format off */
static const char fixed_genesis[] __attribute__((unused)) =
	"sha256:1829b6d0922e7dabcbf42005436c9d234fbc901cfa7f59a7b22871e7d3fa4b3d";
static const char fixed_issuer[] __attribute__((unused)) =
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"UjQbb66PHYedOI3mdJf4aUaEMO-ODw0fYEkNK0Yv-Yg\"}";
static const char fixed_charter[] __attribute__((unused)) =
	"{\"kind\":\"gmc-charter\",\"format\":1,\"group\":\"demo\",\"version\":1,\"effective\":1800000000,\"purpose\":\"To try"
	" charters.\",\"authority\":{\"notaries\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"3neTnzh1YrO92Po5b27zh8"
	"6hH3L69yT50_VLjD-ttO0\"},\"from\":0,\"until\":2000000000}],\"issuing\":[{\"spki\":\"sha256:95e9796fcfc7df8b979"
	"471cfb724aa53fa3a699c6639e55ee7e8253c6bbe93ae\",\"alg\":\"Ed25519\",\"from\":0,\"until\":2000000000}],\"revoca"
	"tion\":[{\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"m5ItKVWDySVWebagI_jpTckDmzKf-VosWiQHeehwJ3U\"},\"from\""
	":0,\"until\":2000000000}],\"addresses\":[],\"operators\":[{\"name\":\"Olga\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519"
	"\",\"x\":\"UyQE3QzTpgrJ_SwFCr1paCSpkBuvpvzP0HQpKPbbf10\"}}]},\"administrators\":{\"threshold\":2,\"keys\":[{\"na"
	"me\":\"Ada\",\"key\":{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"ULLm22SSSyhl5BjinGdngzokAPcWHnrfMc-RCkY6L24\"}},{\"n"
	"ame\":\"Ben\",\"key\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"0e8xyhnutjroxMVFvkDfZiYxggp1Q6OlnnFeo79GqJA\",\"y\":\"Ou"
	"YH9al3N9mA5kqKxhw0SuH6jVQHuqYMe31MmUGDkpM\"}}]},\"founders\":[{\"name\":\"Fay\",\"csr\":\"MH8wMwIBADAAMCowBQYD"
	"K2VwAyEA-oZZYcU38R5IbVT7CoRp3YRMkpYF4PlT8nMdgql_nHigADAFBgMrZXADQQADM3qoeng1FvYJoXYXSWSV2gX1zDa6FC9_"
	"utR2DbYNBwfecf-2YSG3MR0Pp5tzghsuy-VcoZNVA-enUXPQYQsB\",\"member\":\"b0caaacc31f8a21f4072f88add76aa0d\"},{"
	"\"name\":\"Gus\",\"csr\":\"MH8wMwIBADAAMCowBQYDK2VwAyEAskgno0L0_Yjb--NIGWnQnYuKhb3S7wrOCjlznLCpuQqgADAFBgMr"
	"ZXADQQDCHoeRymywdAN5MGwsOKd7JnLtSc-m0y2qk0kZbO4_4NV2GjTjpGwIipGpQrPIaxA0Xy_l2RqbAsFRZzuH7j4A\",\"membe"
	"r\":\"0deadb0a2bd6cb8ad1fa51aba2892ea7\"},{\"name\":\"Hal\",\"csr\":\"MIG6MGICAQAwADBZMBMGByqGSM49AgEGCCqGSM49"
	"AwEHA0IABIbE_wwSgmC9IXEI3QkNZBweSnvwwsRfybOYa0RnmYCkk617AuRpslBhxNHBrnQU8fzXuidRUfb14obwFkjpEemgADAK"
	"BggqhkjOPQQDAgNIADBFAiEA_Zk28RI7uIgys6bllhOlK7VhQicP6tSWJC112g8Y5UsCIBfIEjYMus49YZ2n03di6Yr1zgv7g-B_"
	"zFe2fhCQJsfr\",\"member\":\"52ae4498223e6c36f938629dcab3e1a7\"}],\"admission\":{\"votes\":{\"count\":2}},\"expul"
	"sion\":{\"votes\":{\"fraction\":\"2/3\"}},\"voting\":{\"scheme\":\"plain\",\"term\":604800,\"change\":false,\"show\":\"v"
	"otes\"},\"membership\":{\"life\":604800,\"keys\":[\"Ed25519\",\"P-256\"],\"names\":\"none\",\"overlay\":\"overlay.exam"
	"ple\"},\"freshness\":{\"update\":3600,\"grace\":86400,\"unknown\":\"refuse\"},\"records\":{\"visible\":\"everyone\"},"
	"\"tests\":[]}";
static const char fixed_proposal[] __attribute__((unused)) =
	"{\"kind\":\"gmc-proposal\",\"format\":1,\"genesis\":\"sha256:1829b6d0922e7dabcbf42005436c9d234fbc901cfa7f59a7"
	"b22871e7d3fa4b3d\",\"charter\":\"sha256:1829b6d0922e7dabcbf42005436c9d234fbc901cfa7f59a7b22871e7d3fa4b3d"
	"\",\"number\":1,\"question\":\"admit\",\"subject\":\"sha256:05949c3a57424de22faec3d79b6042c0b7edf6645e8984f792"
	"3b63d40872284f\",\"key\":\"Tiw5xUqOUMjOiKnoe-UMhGffBul11TLQvbliaGpHd28\",\"member\":\"f2081ca561c6290c249a82"
	"75de4c2772\",\"node\":{\"id\":\"e9fe38583f783dd18838cfcfc2a8e766\",\"seed\":\"UFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQ"
	"UFBQUFBQUFA\",\"number\":0},\"electorate\":{\"size\":9,\"root\":\"sha256:4a346d9b24243ceed2bd11515e3d618401e85"
	"c72051320072e2d15e7081792ea\",\"n\":3},\"opened\":1800000062,\"term\":604800}";
static const char *const fixed_thumbs[] __attribute__((unused)) = {
	"97WvGHoipbtszM1z8GYXhklWNH7uAMFWI1Gq3cv44R0",
	"pwIpXFfs87dSD6g2X4XKd3VmvrkSKzpWw-9woaGU8IE",
	"m73pyPeTYsCNffrhk0P6iyP5WK0vLFs9oaa4bVCydaM",
};
/* clang-format on */

#endif
