package io.liudan.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

import org.apache.ibatis.builder.xml.XMLMapperBuilder;
import org.apache.ibatis.session.Configuration;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The engine's own task query with its authorization check in a form that PostgreSQL can hash. The stock one joins every task
 * with every grant of the reader by an OR of three columns, which takes seconds at 100,000 open tasks. Read from the engine's
 * mapping and changed at start; should another version of the engine word it otherwise, the hub doesn't start
 * (docs/decisions/0008-task-query.md).
 */
final class TaskQueryMapping {

    private static final String MAPPING = "org/camunda/bpm/engine/impl/mapping/entity/Task.xml";
    private static final String NAMESPACE = "io.liudan.process.TaskQuery";
    private static final String AUTHORIZATIONS = "org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity.";
    private static final Map<String, String> SELECTS = Map.of("selectTaskByQueryCriteria", "selectVisibleTasks", "selectTaskCountByQueryCriteria", "countVisibleTasks");
    private static final Set<String> FRAGMENTS = Set.of("columnSelection", "selectTaskByQueryCriteriaSql");
    private static final String CHECK = """
            <if test="authCheck.shouldPerformAuthorizatioCheck &amp;&amp; authCheck.authUserId != null">
              AND ( RES.CASE_EXECUTION_ID_ IS NOT NULL OR
              <foreach item="check" collection="authCheck.permissionChecks.atomicChecks" separator=" OR ">
                ${check.resourceIdQueryParam} IN (<include refid="granted"/>) OR '*' IN (<include refid="granted"/>)
              </foreach> )
            </if>""";
    /** By user and by group apart: an OR of both would make PostgreSQL read every grant, where each alone has its index. */
    private static final String GRANTED = """
            <sql id="granted">
              SELECT A.RESOURCE_ID_ FROM ${prefix}ACT_RU_AUTHORIZATION A
              WHERE A.TYPE_ IN (0, 1) AND A.RESOURCE_TYPE_ = #{check.resourceType, jdbcType=INTEGER}
              AND A.PERMS_ &amp; #{check.perms, jdbcType=INTEGER} = #{check.perms, jdbcType=INTEGER}
              AND A.USER_ID_ IN (#{authCheck.authUserId, jdbcType=VARCHAR}, '*')
              <if test="authCheck.authGroupIds != null &amp;&amp; authCheck.authGroupIds.size > 0">
                UNION ALL SELECT A.RESOURCE_ID_ FROM ${prefix}ACT_RU_AUTHORIZATION A
                WHERE A.TYPE_ IN (0, 1) AND A.RESOURCE_TYPE_ = #{check.resourceType, jdbcType=INTEGER}
                AND A.PERMS_ &amp; #{check.perms, jdbcType=INTEGER} = #{check.perms, jdbcType=INTEGER}
                AND A.GROUP_ID_ IN <foreach item="group" collection="authCheck.authGroupIds" open="(" separator="," close=")">#{group, jdbcType=VARCHAR}</foreach>
              </if>
            </sql>""";

    private TaskQueryMapping() {
    }

    /** Puts the changed query in the place of the engine's own. Denials ({@code AUTH_TYPE_REVOKE}) have to be switched off. */
    static void install(ProcessEngineConfigurationImpl engine) {
        if (!ProcessEngineConfigurationImpl.AUTHORIZATION_CHECK_REVOKE_NEVER.equals(engine.getAuthorizationCheckRevokes())) {
            throw new IllegalStateException("camunda.bpm.authorization.authorization-check-revokes must be never");
        }
        Configuration mybatis = engine.getSqlSessionFactory().getConfiguration();
        try (InputStream stock = ProcessEngineConfigurationImpl.class.getClassLoader().getResourceAsStream(MAPPING)) {
            String changed = change(stock);
            new XMLMapperBuilder(new StringReader(changed), mybatis, NAMESPACE, mybatis.getSqlFragments()).parse();
        } catch (IOException e) {
            throw new IllegalStateException("The engine's mapping " + MAPPING + " can't be read", e);
        }
        Map<String, String> statements = new HashMap<>(engine.getDbSqlSessionFactory().getStatementMappings());
        SELECTS.forEach((original, ours) -> statements.put(original, NAMESPACE + "." + ours));
        engine.getDbSqlSessionFactory().setStatementMappings(statements);
    }

    /** The mapping with nothing but the two selects and what they need. */
    static String change(InputStream stock) {
        try {
            Document document = parse(stock);
            Element mapper = document.getDocumentElement();
            String original = mapper.getAttribute("namespace");
            mapper.setAttribute("namespace", NAMESPACE);
            for (Element element : children(mapper)) {
                String id = element.getAttribute("id");
                if (SELECTS.containsKey(id)) {
                    element.setAttribute("id", SELECTS.get(id));
                    if (element.hasAttribute("resultMap")) {
                        element.setAttribute("resultMap", original + "." + element.getAttribute("resultMap"));
                    }
                } else if (!FRAGMENTS.contains(id)) {
                    mapper.removeChild(element);
                }
            }
            require(children(mapper).length == SELECTS.size() + FRAGMENTS.size());
            // The join of all tasks with all grants: the "if" that holds nothing else.
            Element join = (Element) only(mapper, "authCheckJoinWithoutOnClause").getParentNode().getParentNode();
            require(join.getTagName().equals("if") && children(join).length == 1);
            join.getParentNode().removeChild(join);
            Element check = only(mapper, "contextualAuthorizationCheck");
            check.getParentNode().replaceChild(document.importNode(fragment(CHECK), true), check);
            mapper.insertBefore(document.importNode(fragment(GRANTED), true), mapper.getFirstChild());
            return print(document);
        } catch (ParserConfigurationException | SAXException | IOException | TransformerException e) {
            throw new IllegalStateException("The engine's mapping " + MAPPING + " can't be changed", e);
        }
    }

    private static Element only(Element mapper, String fragment) {
        NodeList includes = mapper.getElementsByTagName("include");
        Element found = null;
        for (int i = 0; i < includes.getLength(); i++) {
            Element include = (Element) includes.item(i);
            if (include.getAttribute("refid").equals(AUTHORIZATIONS + fragment)) {
                require(found == null);
                found = include;
            }
        }
        require(found != null);
        return found;
    }

    private static void require(boolean asExpected) {
        if (!asExpected) {
            throw new IllegalStateException("The engine's mapping " + MAPPING + " isn't the one of 7.24: see docs/decisions/0008-task-query.md");
        }
    }

    private static Element[] children(Element element) {
        NodeList nodes = element.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE).toArray(Element[]::new);
    }

    private static Element fragment(String xml) throws ParserConfigurationException, SAXException, IOException {
        return parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8))).getDocumentElement();
    }

    private static Document parse(InputStream in) throws ParserConfigurationException, SAXException, IOException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(in);
    }

    private static String print(Document document) throws TransformerException {
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.DOCTYPE_PUBLIC, "-//mybatis.org//DTD Mapper 3.0//EN");
        transformer.setOutputProperty(OutputKeys.DOCTYPE_SYSTEM, "http://mybatis.org/dtd/mybatis-3-mapper.dtd");
        StringWriter text = new StringWriter();
        transformer.transform(new DOMSource(document), new StreamResult(text));
        return text.toString();
    }
}
