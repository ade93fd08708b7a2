package io.liudan.directory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ResourceLoader;

@Configuration(proxyBeanMethods = false)
class DirectoryConfiguration {

    @Bean
    CityDirectory cityDirectory(ResourceLoader resources, @Value("${liudan.city}") String folder) {
        return new CityFiles(resources, folder).read();
    }
}
