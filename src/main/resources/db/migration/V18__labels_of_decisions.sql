-- From now on an event of a decision says in the model's words what its fields are called and what their values mean. Open requests get
-- the words for what was decided before; of closed ones the values are read alone.
update request_event e
set data = e.data
    || '{"labels": {"report": "办理情况", "reason": "理由", "channel": "正确渠道", "into": "并入单号", "question": "请群众补充什么",
         "lead": "牵头部门", "supporting": "协办部门", "urgency": "紧急程度", "explanation": "解释说明", "plan": "后续计划", "days": "延期天数",
         "contacted": "是否已联系群众", "solved": "是否已解决", "satisfied": "满意度", "comment": "意见", "note": "备注"}}'::jsonb
    || case e.data -> 'fields' ->> 'urgency'
           when 'NORMAL' then '{"words": {"urgency": "一般"}}'::jsonb
           when 'URGENT' then '{"words": {"urgency": "紧急"}}'::jsonb
           when 'EMERGENCY' then '{"words": {"urgency": "特急"}}'::jsonb
           else '{}'::jsonb
       end
from service_request r
where r.code = e.request_code and r.status <> 'CLOSED' and e.type = 'io.liudan.request.decided';
