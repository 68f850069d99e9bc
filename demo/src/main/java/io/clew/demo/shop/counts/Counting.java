package io.clew.demo.shop.counts;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Makes a service count what it serves and its statements, and answer with its {@link Counts} at {@value #PATH}. */
@Configuration(proxyBeanMethods = false)
public class Counting {

    /** Where a service answers with its counts; asking is not counted. */
    public static final String PATH = "/counts";

    @Bean
    Counts counts(@Value("${shop.service}") String service) {
        return new Counts(service);
    }

    @Bean
    WebMvcConfigurer countedRequests(Counts counts) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new CountedRequests(counts)).excludePathPatterns(PATH);
            }
        };
    }

    @Bean
    static CountedStatements countedStatements(ObjectProvider<Counts> counts) {
        return new CountedStatements(counts);
    }

    /** Being a member of a configuration, Spring finds it. */
    @RestController
    record Door(Counts counts) {

        @GetMapping(PATH)
        Counts.Report report() {
            return counts.report();
        }
    }
}
