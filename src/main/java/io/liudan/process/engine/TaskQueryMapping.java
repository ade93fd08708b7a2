package io.liudan.process.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
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
import org.apache.ibatis.type.ArrayTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.w3c.dom.Text;
import org.xml.sax.SAXException;

/**
 * The engine's own task query in a form that PostgreSQL can hash. The stock one joins every task with every grant of
 * the reader by an OR of three columns, and with every candidate, whose doubles it sorts out afterwards: seconds at
 * 100,000 open tasks. Read from the engine's mapping and changed at start; should another version of the engine word it
 * otherwise, the hub doesn't start (docs/decisions/0008-task-query.md).
 */
final class TaskQueryMapping {

    private static final String MAPPING = "org/camunda/bpm/engine/impl/mapping/entity/Task.xml";
    private static final String NAMESPACE = "io.liudan.process.TaskQuery";
    private static final String AUTHORIZATIONS = "org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity.";
    private static final Map<String, String> SELECTS = Map.of(
            "selectTaskByQueryCriteria", "selectVisibleTasks", "selectTaskCountByQueryCriteria", "countVisibleTasks");
    private static final Set<String> FRAGMENTS = Set.of("columnSelection", "selectTaskByQueryCriteriaSql");
    /**
     * One parameter for all groups: with one for each, MyBatis takes longer to write the statement than PostgreSQL to
     * answer it.
     */
    private static final String ARRAY = "typeHandler=" + Groups.class.getName();
    /**
     * A process's grants are looked up once and not for each task: the join with its definition falls away, where
     * nothing else asks for it.
     */
    private static final String CHECK = """
            <if test="authCheck.shouldPerformAuthorizatioCheck &amp;&amp; authCheck.authUserId != null">
              AND ( RES.CASE_EXECUTION_ID_ IS NOT NULL OR
              <foreach item="check" collection="authCheck.permissionChecks.atomicChecks" separator=" OR ">
                EXISTS (<include refid="granted"><property name="which" value="AND A.RESOURCE_ID_ = '*'"/></include>)
                OR <choose>
                  <when test="check.resourceIdQueryParam == 'D.KEY_'">RES.PROC_DEF_ID_ = ANY (ARRAY(
                    SELECT P.ID_ FROM ${prefix}ACT_RE_PROCDEF P WHERE P.KEY_ IN (<include refid="granted"><property name="which" value=""/></include>)))</when>
                  <otherwise>${check.resourceIdQueryParam} IN (<include refid="granted"><property name="which" value=""/></include>)</otherwise>
                </choose>
              </foreach> )
            </if>""";
    /**
     * By user and by group apart: an OR of both would make PostgreSQL read every grant, where each alone has its index.
     */
    private static final String GRANTED = """
            <sql id="granted">
              SELECT A.RESOURCE_ID_ FROM ${prefix}ACT_RU_AUTHORIZATION A
              WHERE A.TYPE_ IN (0, 1) AND A.RESOURCE_TYPE_ = #{check.resourceType, jdbcType=INTEGER}
              AND A.PERMS_ &amp; #{check.perms, jdbcType=INTEGER} = #{check.perms, jdbcType=INTEGER}
              AND A.USER_ID_ IN (#{authCheck.authUserId, jdbcType=VARCHAR}, '*') ${which}
              <if test="authCheck.authGroupIds != null &amp;&amp; authCheck.authGroupIds.size > 0">
                UNION ALL SELECT A.RESOURCE_ID_ FROM ${prefix}ACT_RU_AUTHORIZATION A
                WHERE A.TYPE_ IN (0, 1) AND A.RESOURCE_TYPE_ = #{check.resourceType, jdbcType=INTEGER}
                AND A.PERMS_ &amp; #{check.perms, jdbcType=INTEGER} = #{check.perms, jdbcType=INTEGER}
                AND A.GROUP_ID_ = ANY (#{authCheck.authGroupIds, %s}) ${which}
              </if>
            </sql>""".formatted(ARRAY);
    /**
     * What a sort by a variable joins may multiply a task; nothing else does, once candidates are asked for without a
     * join.
     */
    private static final String SORTS_BY_A_JOIN = "orderingProperties.{? #this.relation != null}.size > 0";

    /** The page is cut by what an index holds, and only its few tasks are read whole. */
    private static final String CUT = "!taskNameCaseInsensitive &amp;&amp; !(" + SORTS_BY_A_JOIN + ")";

    /**
     * As numbers in the text: PostgreSQL plans for a parameter as if a tenth of all tasks were asked for, and sorts
     * them instead of following an index.
     */
    private static final String LIMIT = "LIMIT ${maxResults} OFFSET ${firstResult}";

    private static final String LINK = "from ${prefix}ACT_RU_IDENTITYLINK I where I.";
    private static final String LINKED = "(RES.ID_ IN (select I.TASK_ID_ " + LINK + "TYPE_ = 'candidate'";
    /**
     * A task's desk stands in its own row (engine/indexes.sql), so that desks are counted and cut on one index; only a
     * task of several desks is looked up. Else PostgreSQL would fetch the tasks of a street one by one: four times as
     * long.
     */
    private static final String OF_DESKS = """
            <when test="query.candidateGroups != null &amp;&amp; query.candidateGroups.size > 0 &amp;&amp; query.candidateUser == null
                &amp;&amp; query.candidateGroupLike == null &amp;&amp; !query.withCandidateGroups &amp;&amp; !query.withCandidateUsers">
              ${queryType} (
              <if test="!query.includeAssignedTasks">RES.ASSIGNEE_ IS NULL AND</if>
              RES.HUB_DESK_ = ANY (#{query.candidateGroups, %1$s} || '*'::varchar)
              AND (RES.HUB_DESK_ != '*' OR EXISTS (SELECT 1 %2$sTASK_ID_ = RES.ID_ AND I.TYPE_ = 'candidate'
                AND I.GROUP_ID_ = ANY (#{query.candidateGroups, %1$s}))))
            </when>""".formatted(ARRAY, LINK);

    /**
     * So do its marks: the flags and texts of its own that are asked for by an equal sign. With desks, they are read
     * from the desks' index ("is true" is no condition that an index answers), and else from theirs.
     */
    private static final String OF_MARKS = """
            <when test="queryVariableValue.local &amp;&amp; queryVariableValue.operator.name() == 'EQUALS'
                &amp;&amp; !queryVariableValue.variableNameIgnoreCase &amp;&amp; !queryVariableValue.variableValueIgnoreCase
                &amp;&amp; queryVariableValue.valueConditions.size == 1
                &amp;&amp; (queryVariableValue.valueConditions[0].type == 'boolean' || queryVariableValue.valueConditions[0].type == 'string')">
              ${queryType} (RES.HUB_MARKS_ @&gt; ARRAY[hub_mark(#{queryVariableValue.name, jdbcType=VARCHAR},
                #{queryVariableValue.valueConditions[0].type, jdbcType=VARCHAR}, #{queryVariableValue.valueConditions[0].textValue, jdbcType=VARCHAR},
                #{queryVariableValue.valueConditions[0].longValue, jdbcType=BIGINT})]) <if test="query.candidateGroups != null">IS TRUE</if>
            </when>""";

    private TaskQueryMapping() {}

    /**
     * Puts the changed query in the place of the engine's own. Denials ({@code AUTH_TYPE_REVOKE}) have to be switched
     * off.
     */
    static void install(ProcessEngineConfigurationImpl engine) {
        if (!ProcessEngineConfigurationImpl.AUTHORIZATION_CHECK_REVOKE_NEVER.equals(
                engine.getAuthorizationCheckRevokes())) {
            throw new IllegalStateException("camunda.bpm.authorization.authorization-check-revokes must be never");
        }
        Configuration mybatis = engine.getSqlSessionFactory().getConfiguration();
        try (InputStream stock =
                ProcessEngineConfigurationImpl.class.getClassLoader().getResourceAsStream(MAPPING)) {
            String changed = change(stock);
            new XMLMapperBuilder(new StringReader(changed), mybatis, NAMESPACE, mybatis.getSqlFragments()).parse();
        } catch (IOException e) {
            throw new IllegalStateException("The engine's mapping " + MAPPING + " can't be read", e);
        }
        Map<String, String> statements =
                new HashMap<>(engine.getDbSqlSessionFactory().getStatementMappings());
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
            remove((Element) include(mapper, "authCheckJoinWithoutOnClause")
                    .getParentNode()
                    .getParentNode());
            Element check = include(mapper, "contextualAuthorizationCheck");
            check.getParentNode().replaceChild(imported(mapper, CHECK), check);
            candidatesWithoutJoin(mapper);
            either(only(mapper, "foreach", "collection", "query.variables"), OF_MARKS);
            onlyWhatIsNeeded(mapper);
            mapper.insertBefore(imported(mapper, GRANTED), mapper.getFirstChild());
            return print(document);
        } catch (ParserConfigurationException | SAXException | IOException | TransformerException e) {
            throw new IllegalStateException("The engine's mapping " + MAPPING + " can't be changed", e);
        }
    }

    /**
     * A join with the candidates yields a task for each of them, and all of them have to be sorted to find the doubles.
     */
    private static void candidatesWithoutJoin(Element mapper)
            throws ParserConfigurationException, SAXException, IOException {
        remove(only(mapper, "if", "test", "I_JOIN"));
        Element condition = only(
                mapper,
                "if",
                "test",
                "query.candidateUser != null || query.candidateGroups != null"
                        + " || query.candidateGroupLike != null || query.withCandidateGroups || query.withCandidateUsers");
        Element candidates = children(condition)[0];
        require(candidates.getTagName().equals("trim")
                && candidates.getAttribute("suffix").equals(")"));
        candidates.setAttribute("suffix", ")))");
        replace(candidates, "and I.TYPE_ = 'candidate'", "and " + LINKED);
        either(condition, OF_DESKS);
        String involved = "I.USER_ID_ = #{query.involvedUser}";
        replace(
                only(mapper, "if", "test", "query.involvedUser != null"),
                involved,
                "EXISTS (select 1 " + LINK + "TASK_ID_ = RES.ID_ and " + involved + ")");
    }

    /** Puts a case of our own before all that an element holds. */
    private static void either(Element parent, String when)
            throws ParserConfigurationException, SAXException, IOException {
        Element otherwise = parent.getOwnerDocument().createElement("otherwise");
        while (parent.hasChildNodes()) {
            otherwise.appendChild(parent.getFirstChild());
        }
        Element choice = parent.getOwnerDocument().createElement("choose");
        choice.appendChild(imported(parent, when));
        choice.appendChild(otherwise);
        parent.appendChild(choice);
    }

    private static void onlyWhatIsNeeded(Element mapper)
            throws ParserConfigurationException, SAXException, IOException {
        for (Element element : children(mapper)) {
            if (element.getAttribute("id").equals("selectVisibleTasks")) {
                expand(element, "${distinct}", "<if test=\"" + SORTS_BY_A_JOIN + "\">${distinct}</if>");
                Element criteria = only(element, "include", "refid", "selectTaskByQueryCriteriaSql");
                element.insertBefore(
                        imported(
                                element,
                                "<if test=\"" + CUT
                                        + "\">from ${prefix}ACT_RU_TASK RES where RES.ID_ = ANY (ARRAY(select RES.ID_</if>"),
                        criteria);
                expand(
                        element,
                        "${limitAfter}",
                        "<trim><choose><when test=\"" + CUT + "\">" + LIMIT
                                + "</when><otherwise>${limitAfter}</otherwise></choose> <if test=\"" + CUT
                                + "\">)) ${orderBy}</if></trim>");
            } else if (element.getAttribute("id").equals("countVisibleTasks")) {
                String distinct = "${countDistinctBeforeStart} RES.ID_ ${countDistinctBeforeEnd}";
                expand(
                        element,
                        distinct,
                        "<choose><when test=\"" + SORTS_BY_A_JOIN + "\">" + distinct
                                + "</when><otherwise>SELECT COUNT(*)</otherwise></choose>");
                expand(
                        element,
                        "${countDistinctAfterEnd}",
                        "<if test=\"" + SORTS_BY_A_JOIN + "\">${countDistinctAfterEnd}</if>");
            }
        }
    }

    private static Element include(Element mapper, String fragment) {
        return only(mapper, "include", "refid", AUTHORIZATIONS + fragment);
    }

    private static Element only(Element mapper, String tag, String attribute, String value) {
        NodeList all = mapper.getElementsByTagName(tag);
        List<Element> found = IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .filter(one -> one.getAttribute(attribute).equals(value))
                .toList();
        require(found.size() == 1);
        return found.getFirst();
    }

    /** Takes out an "if" that holds nothing else than what isn't wanted. */
    private static void remove(Element condition) {
        require(condition.getTagName().equals("if") && children(condition).length <= 1);
        condition.getParentNode().removeChild(condition);
    }

    /** Puts an element in the place of some text of another one. */
    private static void expand(Element parent, String text, String xml)
            throws ParserConfigurationException, SAXException, IOException {
        Text node = text(parent, text);
        Text rest = node.splitText(node.getData().indexOf(text));
        rest.setData(rest.getData().substring(text.length()));
        parent.insertBefore(imported(parent, xml), rest);
    }

    private static Node imported(Element parent, String xml)
            throws ParserConfigurationException, SAXException, IOException {
        return parent.getOwnerDocument().importNode(fragment(xml), true);
    }

    private static void replace(Element parent, String text, String other) {
        Text node = text(parent, text);
        node.setData(node.getData().replace(text, other));
    }

    private static Text text(Element parent, String text) {
        NodeList nodes = parent.getChildNodes();
        List<Text> found = IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Text.class::isInstance)
                .map(Text.class::cast)
                .filter(one -> one.getData().contains(text))
                .toList();
        require(found.size() == 1);
        return found.getFirst();
    }

    private static void require(boolean asExpected) {
        if (!asExpected) {
            throw new IllegalStateException("The engine's mapping " + MAPPING
                    + " isn't the one of 7.24: see docs/decisions/0008-task-query.md");
        }
    }

    private static Element[] children(Element element) {
        NodeList nodes = element.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .toArray(Element[]::new);
    }

    private static Element fragment(String xml) throws ParserConfigurationException, SAXException, IOException {
        return parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
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

    /** A list of groups as one array; public, because MyBatis makes it. */
    public static final class Groups extends ArrayTypeHandler {

        @Override
        public void setNonNullParameter(PreparedStatement statement, int index, Object groups, JdbcType type)
                throws SQLException {
            super.setNonNullParameter(statement, index, ((List<?>) groups).toArray(String[]::new), type);
        }
    }
}
