package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkQueryTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SELECT a LIMIT :batch_size           | SELECT a LIMIT 7
            SELECT :batch_size, :batch_size      | SELECT 7, 7
            SELECT ':batch_size' LIMIT :batch_size | SELECT ':batch_size' LIMIT 7
            SELECT ":batch_size"                 | SELECT ":batch_size"
            SELECT a::batch_size                 | SELECT a::batch_size
            SELECT :batch_sizes                  | SELECT :batch_sizes
            SELECT a -- :batch_size              | SELECT a -- :batch_size
            SELECT a /* :batch_size */           | SELECT a /* :batch_size */
            SELECT $$:batch_size$$ LIMIT :batch_size | SELECT $$:batch_size$$ LIMIT 7
            SELECT $q$:batch_size$q$             | SELECT $q$:batch_size$q$
            :batch_size                          | 7
            """)
    void theBatchSizeIsPutInOnlyWhereItIsAParameter(String query, String expected) {
        assertThat(WorkQuery.withBatchSize(query, 7)).isEqualTo(expected);
        assertThat(WorkQuery.takesBatchSize(query)).isEqualTo(!query.equals(expected));
    }

    @Test
    void theLastLiteralLimitIsTheQuerysOwn() {
        assertThat(WorkQuery.literalLimit("SELECT * FROM (SELECT a LIMIT 3) b LIMIT 20 -- LIMIT 9"))
                .isEqualTo(20);
        assertThat(WorkQuery.literalLimit("SELECT a FETCH FIRST 5 ROWS ONLY")).isEqualTo(5);
        assertThat(WorkQuery.literalLimit("SELECT ' LIMIT 5'")).isNull();
    }
}
