-- What the tables' checks stand on.

-- GB 32100: 17 signs weighted 3^i mod 31 and a check sign; the alphabet has no I O Z S V.
CREATE OR REPLACE FUNCTION grid.uscc_is_valid(code text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$' AND (
        SELECT (31 - sum((position(substr(code, i, 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1)
                         * (ARRAY[1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28])[i]) % 31) % 31
        FROM generate_series(1, 17) AS i
    ) = position(substr(code, 18, 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1
$$;

-- Words as points on a line, so that an exclusion constraint knows arrays that share one.
CREATE OR REPLACE FUNCTION grid.points_of(words text[]) RETURNS int4multirange LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT range_agg(int4range(hashtext(word) / 2, hashtext(word) / 2, '[]')) FROM unnest(words) AS w (word)
$$;
