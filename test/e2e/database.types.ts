
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {

  "prompt_mgr": {
          Tables: {
            "access_grant": {
                  Row: {
                    "granted_at": string,"granted_by": unknown,"level": string,"role": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "granted_at"?: string,"granted_by"?: unknown,"level": string,"role": unknown
                  }
                  Update: {
                    "granted_at"?: string,"granted_by"?: unknown,"level"?: string,"role"?: unknown
                  }
                  Relationships: [

                  ]
                },"audit": {
                  Row: {
                    "action": string,"actor": string,"after": Json | null,"at": string,"audit_no": number,"before": Json | null,"hash": string,"key": string,"object": string,"prompt_id": string,"session_role": string,"txid": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "action": string,"actor": string,"after"?: Json | null,"at": string,"audit_no": number,"before"?: Json | null,"hash": string,"key": string,"object": string,"prompt_id": string,"session_role": string,"txid": unknown
                  }
                  Update: {
                    "action"?: string,"actor"?: string,"after"?: Json | null,"at"?: string,"audit_no"?: number,"before"?: Json | null,"hash"?: string,"key"?: string,"object"?: string,"prompt_id"?: string,"session_role"?: string,"txid"?: unknown
                  }
                  Relationships: [

                  ]
                },"audit_chain": {
                  Row: {
                    "at": string,"audit_no": number,"hash": string,"prompt_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "at": string,"audit_no": number,"hash": string,"prompt_id": string
                  }
                  Update: {
                    "at"?: string,"audit_no"?: number,"hash"?: string,"prompt_id"?: string
                  }
                  Relationships: [

                  ]
                },"category": {
                  Row: {
                    "colour": string | null,"icon": string | null,"name": string,"parent": string | null,"position": number,"title": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "colour"?: string | null,"icon"?: string | null,"name": string,"parent"?: string | null,"position"?: number,"title"?: string | null
                  }
                  Update: {
                    "colour"?: string | null,"icon"?: string | null,"name"?: string,"parent"?: string | null,"position"?: number,"title"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "category_parent_fkey"
      columns: ["parent"]
isOneToOne: false
      referencedRelation: "category"
      referencedColumns: ["name"]
    }
                  ]
                },"event": {
                  Row: {
                    "at": string,"attempts": number,"claimed_by": string | null,"event_id": number,"leased_until": string | null,"payload": NonNullable<Json>,"prompt_id": string | null,"type": string
                  }
                  ComputedFields: never
                  Insert: {
                    "at": string,"attempts"?: number,"claimed_by"?: string | null,"event_id"?: number,"leased_until"?: string | null,"payload": NonNullable<Json>,"prompt_id"?: string | null,"type": string
                  }
                  Update: {
                    "at"?: string,"attempts"?: number,"claimed_by"?: string | null,"event_id"?: number,"leased_until"?: string | null,"payload"?: NonNullable<Json>,"prompt_id"?: string | null,"type"?: string
                  }
                  Relationships: [

                  ]
                },"execution": {
                  Row: {
                    "attributes": Json | null,"cache_read_input_tokens": number | null,"cache_write_input_tokens": number | null,"confidence": number | null,"conversation_id": string | null,"cost_usd": number | null,"created_at": string,"duration": number | null,"error_message": string | null,"error_type": string | null,"execution_id": string,"experiment_id": string | null,"finish_reasons": (string)[] | null,"input_tokens": number | null,"operation_name": string | null,"output_tokens": number | null,"prompt_id": string,"provider_name": string | null,"reasoning_output_tokens": number | null,"ref": Json | null,"rendered": string | null,"request_model": string | null,"response": string | null,"response_id": string | null,"response_model": string | null,"success": boolean,"time_to_first_chunk": number | null,"unit": string | null,"user_id": string | null,"variables": Json | null,"variant_no": number | null,"version": number,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "attributes"?: Json | null,"cache_read_input_tokens"?: number | null,"cache_write_input_tokens"?: number | null,"confidence"?: number | null,"conversation_id"?: string | null,"cost_usd"?: number | null,"created_at": string,"duration"?: number | null,"error_message"?: string | null,"error_type"?: string | null,"execution_id": string,"experiment_id"?: string | null,"finish_reasons"?: (string)[] | null,"input_tokens"?: number | null,"operation_name"?: string | null,"output_tokens"?: number | null,"prompt_id": string,"provider_name"?: string | null,"reasoning_output_tokens"?: number | null,"ref"?: Json | null,"rendered"?: string | null,"request_model"?: string | null,"response"?: string | null,"response_id"?: string | null,"response_model"?: string | null,"success": boolean,"time_to_first_chunk"?: number | null,"unit"?: string | null,"user_id"?: string | null,"variables"?: Json | null,"variant_no"?: number | null,"version": number,"xact"?: unknown
                  }
                  Update: {
                    "attributes"?: Json | null,"cache_read_input_tokens"?: number | null,"cache_write_input_tokens"?: number | null,"confidence"?: number | null,"conversation_id"?: string | null,"cost_usd"?: number | null,"created_at"?: string,"duration"?: number | null,"error_message"?: string | null,"error_type"?: string | null,"execution_id"?: string,"experiment_id"?: string | null,"finish_reasons"?: (string)[] | null,"input_tokens"?: number | null,"operation_name"?: string | null,"output_tokens"?: number | null,"prompt_id"?: string,"provider_name"?: string | null,"reasoning_output_tokens"?: number | null,"ref"?: Json | null,"rendered"?: string | null,"request_model"?: string | null,"response"?: string | null,"response_id"?: string | null,"response_model"?: string | null,"success"?: boolean,"time_to_first_chunk"?: number | null,"unit"?: string | null,"user_id"?: string | null,"variables"?: Json | null,"variant_no"?: number | null,"version"?: number,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"execution_default": {
                  Row: {
                    "attributes": Json | null,"cache_read_input_tokens": number | null,"cache_write_input_tokens": number | null,"confidence": number | null,"conversation_id": string | null,"cost_usd": number | null,"created_at": string,"duration": number | null,"error_message": string | null,"error_type": string | null,"execution_id": string,"experiment_id": string | null,"finish_reasons": (string)[] | null,"input_tokens": number | null,"operation_name": string | null,"output_tokens": number | null,"prompt_id": string,"provider_name": string | null,"reasoning_output_tokens": number | null,"ref": Json | null,"rendered": string | null,"request_model": string | null,"response": string | null,"response_id": string | null,"response_model": string | null,"success": boolean,"time_to_first_chunk": number | null,"unit": string | null,"user_id": string | null,"variables": Json | null,"variant_no": number | null,"version": number,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "attributes"?: Json | null,"cache_read_input_tokens"?: number | null,"cache_write_input_tokens"?: number | null,"confidence"?: number | null,"conversation_id"?: string | null,"cost_usd"?: number | null,"created_at": string,"duration"?: number | null,"error_message"?: string | null,"error_type"?: string | null,"execution_id": string,"experiment_id"?: string | null,"finish_reasons"?: (string)[] | null,"input_tokens"?: number | null,"operation_name"?: string | null,"output_tokens"?: number | null,"prompt_id": string,"provider_name"?: string | null,"reasoning_output_tokens"?: number | null,"ref"?: Json | null,"rendered"?: string | null,"request_model"?: string | null,"response"?: string | null,"response_id"?: string | null,"response_model"?: string | null,"success": boolean,"time_to_first_chunk"?: number | null,"unit"?: string | null,"user_id"?: string | null,"variables"?: Json | null,"variant_no"?: number | null,"version": number,"xact"?: unknown
                  }
                  Update: {
                    "attributes"?: Json | null,"cache_read_input_tokens"?: number | null,"cache_write_input_tokens"?: number | null,"confidence"?: number | null,"conversation_id"?: string | null,"cost_usd"?: number | null,"created_at"?: string,"duration"?: number | null,"error_message"?: string | null,"error_type"?: string | null,"execution_id"?: string,"experiment_id"?: string | null,"finish_reasons"?: (string)[] | null,"input_tokens"?: number | null,"operation_name"?: string | null,"output_tokens"?: number | null,"prompt_id"?: string,"provider_name"?: string | null,"reasoning_output_tokens"?: number | null,"ref"?: Json | null,"rendered"?: string | null,"request_model"?: string | null,"response"?: string | null,"response_id"?: string | null,"response_model"?: string | null,"success"?: boolean,"time_to_first_chunk"?: number | null,"unit"?: string | null,"user_id"?: string | null,"variables"?: Json | null,"variant_no"?: number | null,"version"?: number,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"execution_rollup": {
                  Row: {
                    "bucket": string,"cache_read_input_tokens": number,"cache_write_input_tokens": number,"cost_usd": number,"errors": number,"executions": number,"input_tokens": number,"latency": string,"output_tokens": number,"reasoning_output_tokens": number,"seconds": number,"series_id": string,"span": string,"users": string
                  }
                  ComputedFields: never
                  Insert: {
                    "bucket": string,"cache_read_input_tokens": number,"cache_write_input_tokens": number,"cost_usd": number,"errors": number,"executions": number,"input_tokens": number,"latency": string,"output_tokens": number,"reasoning_output_tokens": number,"seconds": number,"series_id": string,"span": string,"users": string
                  }
                  Update: {
                    "bucket"?: string,"cache_read_input_tokens"?: number,"cache_write_input_tokens"?: number,"cost_usd"?: number,"errors"?: number,"executions"?: number,"input_tokens"?: number,"latency"?: string,"output_tokens"?: number,"reasoning_output_tokens"?: number,"seconds"?: number,"series_id"?: string,"span"?: string,"users"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "execution_rollup_series_id_fkey"
      columns: ["series_id"]
isOneToOne: false
      referencedRelation: "execution_series"
      referencedColumns: ["series_id"]
    }
                  ]
                },"execution_score": {
                  Row: {
                    "comment": string | null,"created_at": string,"execution_id": string,"name": string,"score_no": number,"scored_at": string,"value": number,"was": number | null,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "comment"?: string | null,"created_at": string,"execution_id": string,"name": string,"score_no": number,"scored_at"?: string,"value": number,"was"?: number | null,"xact"?: unknown
                  }
                  Update: {
                    "comment"?: string | null,"created_at"?: string,"execution_id"?: string,"name"?: string,"score_no"?: number,"scored_at"?: string,"value"?: number,"was"?: number | null,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"execution_score_default": {
                  Row: {
                    "comment": string | null,"created_at": string,"execution_id": string,"name": string,"score_no": number,"scored_at": string,"value": number,"was": number | null,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "comment"?: string | null,"created_at": string,"execution_id": string,"name": string,"score_no": number,"scored_at"?: string,"value": number,"was"?: number | null,"xact"?: unknown
                  }
                  Update: {
                    "comment"?: string | null,"created_at"?: string,"execution_id"?: string,"name"?: string,"score_no"?: number,"scored_at"?: string,"value"?: number,"was"?: number | null,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"execution_series": {
                  Row: {
                    "experiment_id": string | null,"model": string | null,"prompt_id": string,"provider_name": string | null,"series_id": string,"variant_no": number | null,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "experiment_id"?: string | null,"model"?: string | null,"prompt_id": string,"provider_name"?: string | null,"series_id": string,"variant_no"?: number | null,"version": number
                  }
                  Update: {
                    "experiment_id"?: string | null,"model"?: string | null,"prompt_id"?: string,"provider_name"?: string | null,"series_id"?: string,"variant_no"?: number | null,"version"?: number
                  }
                  Relationships: [

                  ]
                },"execution_setting": {
                  Row: {
                    "content": (string)[],"partition_by": string,"retention": string,"single": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "content": (string)[],"partition_by": string,"retention": string,"single"?: boolean
                  }
                  Update: {
                    "content"?: (string)[],"partition_by"?: string,"retention"?: string,"single"?: boolean
                  }
                  Relationships: [

                  ]
                },"execution_tally": {
                  Row: {
                    "bucket": string,"kind": string,"n": number,"name": string,"series_id": string,"span": string,"total": number,"total2": number
                  }
                  ComputedFields: never
                  Insert: {
                    "bucket": string,"kind": string,"n": number,"name": string,"series_id": string,"span": string,"total": number,"total2": number
                  }
                  Update: {
                    "bucket"?: string,"kind"?: string,"n"?: number,"name"?: string,"series_id"?: string,"span"?: string,"total"?: number,"total2"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "execution_tally_series_id_fkey"
      columns: ["series_id"]
isOneToOne: false
      referencedRelation: "execution_series"
      referencedColumns: ["series_id"]
    }
                  ]
                },"execution_watermark": {
                  Row: {
                    "cluster": number,"dropped_to": string,"hours_from": string,"rolled_at": string,"singleton": boolean,"watermark": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "cluster": number,"dropped_to"?: string,"hours_from"?: string,"rolled_at"?: string,"singleton"?: boolean,"watermark"?: unknown
                  }
                  Update: {
                    "cluster"?: number,"dropped_to"?: string,"hours_from"?: string,"rolled_at"?: string,"singleton"?: boolean,"watermark"?: unknown
                  }
                  Relationships: [

                  ]
                },"experiment": {
                  Row: {
                    "algorithm": string,"alpha": number,"coverage_ppm": number,"created_at": string,"created_by": string,"epoch": number,"experiment_id": string,"holdout": string | null,"holdout_ppm": number,"label": string,"layer": string | null,"layer_from": number,"layer_to": number,"method": string,"name": string,"options": NonNullable<Json>,"planned_n": number | null,"priority": number,"prompt": string,"prompt_id": string,"ramp_at": (string)[] | null,"ramp_ppm": (number)[] | null,"salt": string,"started_at": string | null,"status": string,"sticky_from": number,"stop_reason": string | null,"stopped_at": string | null,"targeting": NonNullable<Json>,"tuning_n": number,"weights": (number)[],"winner": string | null,"_check_overlap": undefined | null
                  }
                  ComputedFields: "_check_overlap"
                  Insert: {
                    "algorithm"?: string,"alpha"?: number,"coverage_ppm"?: number,"created_at"?: string,"created_by": string,"epoch"?: number,"experiment_id"?: string,"holdout"?: string | null,"holdout_ppm"?: number,"label"?: string,"layer"?: string | null,"layer_from"?: number,"layer_to"?: number,"method"?: string,"name": string,"options"?: NonNullable<Json>,"planned_n"?: number | null,"priority"?: number,"prompt": string,"prompt_id": string,"ramp_at"?: (string)[] | null,"ramp_ppm"?: (number)[] | null,"salt": string,"started_at"?: string | null,"status"?: string,"sticky_from"?: number,"stop_reason"?: string | null,"stopped_at"?: string | null,"targeting"?: NonNullable<Json>,"tuning_n": number,"weights": (number)[],"winner"?: string | null
                  }
                  Update: {
                    "algorithm"?: string,"alpha"?: number,"coverage_ppm"?: number,"created_at"?: string,"created_by"?: string,"epoch"?: number,"experiment_id"?: string,"holdout"?: string | null,"holdout_ppm"?: number,"label"?: string,"layer"?: string | null,"layer_from"?: number,"layer_to"?: number,"method"?: string,"name"?: string,"options"?: NonNullable<Json>,"planned_n"?: number | null,"priority"?: number,"prompt"?: string,"prompt_id"?: string,"ramp_at"?: (string)[] | null,"ramp_ppm"?: (number)[] | null,"salt"?: string,"started_at"?: string | null,"status"?: string,"sticky_from"?: number,"stop_reason"?: string | null,"stopped_at"?: string | null,"targeting"?: NonNullable<Json>,"tuning_n"?: number,"weights"?: (number)[],"winner"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_prompt_id_fkey"
      columns: ["prompt_id","prompt"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id","name"]
    }
                  ]
                },"experiment_epoch": {
                  Row: {
                    "began_at": string,"began_by": string,"epoch": number,"experiment_id": string,"weights": (number)[]
                  }
                  ComputedFields: never
                  Insert: {
                    "began_at"?: string,"began_by": string,"epoch": number,"experiment_id": string,"weights": (number)[]
                  }
                  Update: {
                    "began_at"?: string,"began_by"?: string,"epoch"?: number,"experiment_id"?: string,"weights"?: (number)[]
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_epoch_experiment_id_fkey"
      columns: ["experiment_id"]
isOneToOne: false
      referencedRelation: "experiment"
      referencedColumns: ["experiment_id"]
    }
                  ]
                },"experiment_force": {
                  Row: {
                    "experiment_id": string,"forced_at": string,"unit": string,"variant_no": number
                  }
                  ComputedFields: never
                  Insert: {
                    "experiment_id": string,"forced_at"?: string,"unit": string,"variant_no": number
                  }
                  Update: {
                    "experiment_id"?: string,"forced_at"?: string,"unit"?: string,"variant_no"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_force_variant_fkey"
      columns: ["experiment_id","variant_no"]
isOneToOne: false
      referencedRelation: "experiment_variant"
      referencedColumns: ["experiment_id","variant_no"]
    }
                  ]
                },"experiment_look": {
                  Row: {
                    "decision": string,"epoch": number,"experiment_id": string,"look_no": number,"looked_at": string,"reason": string,"results": NonNullable<Json>,"snapshot": unknown,"srm": NonNullable<Json>,"totals": NonNullable<Json>,"units": number,"variant": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "decision": string,"epoch": number,"experiment_id": string,"look_no": number,"looked_at": string,"reason": string,"results": NonNullable<Json>,"snapshot": unknown,"srm": NonNullable<Json>,"totals": NonNullable<Json>,"units": number,"variant"?: string | null
                  }
                  Update: {
                    "decision"?: string,"epoch"?: number,"experiment_id"?: string,"look_no"?: number,"looked_at"?: string,"reason"?: string,"results"?: NonNullable<Json>,"snapshot"?: unknown,"srm"?: NonNullable<Json>,"totals"?: NonNullable<Json>,"units"?: number,"variant"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_look_experiment_id_fkey"
      columns: ["experiment_id"]
isOneToOne: false
      referencedRelation: "experiment"
      referencedColumns: ["experiment_id"]
    }
                  ]
                },"experiment_metric": {
                  Row: {
                    "direction": string,"experiment_id": string,"field": string | null,"kind": string,"margin": number,"metric_no": number,"name": string,"role": string,"source": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "direction": string,"experiment_id": string,"field"?: string | null,"kind": string,"margin"?: number,"metric_no": number,"name": string,"role": string,"source"?: string | null
                  }
                  Update: {
                    "direction"?: string,"experiment_id"?: string,"field"?: string | null,"kind"?: string,"margin"?: number,"metric_no"?: number,"name"?: string,"role"?: string,"source"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_metric_experiment_id_fkey"
      columns: ["experiment_id"]
isOneToOne: false
      referencedRelation: "experiment"
      referencedColumns: ["experiment_id"]
    },{
      foreignKeyName: "experiment_metric_source_fkey"
      columns: ["source"]
isOneToOne: false
      referencedRelation: "metric_source"
      referencedColumns: ["name"]
    }
                  ]
                },"experiment_test": {
                  Row: {
                    "bound": number | null,"experiment_id": string,"fraction": number,"metric_no": number,"p_value": number | null,"rejected": boolean,"test_no": number,"tested_at": string,"units": number,"variant_no": number,"z": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "bound"?: number | null,"experiment_id": string,"fraction": number,"metric_no": number,"p_value"?: number | null,"rejected": boolean,"test_no": number,"tested_at": string,"units": number,"variant_no": number,"z"?: number | null
                  }
                  Update: {
                    "bound"?: number | null,"experiment_id"?: string,"fraction"?: number,"metric_no"?: number,"p_value"?: number | null,"rejected"?: boolean,"test_no"?: number,"tested_at"?: string,"units"?: number,"variant_no"?: number,"z"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_test_experiment_id_fkey"
      columns: ["experiment_id"]
isOneToOne: false
      referencedRelation: "experiment"
      referencedColumns: ["experiment_id"]
    }
                  ]
                },"experiment_variant": {
                  Row: {
                    "experiment_id": string,"key": string,"label": string | null,"prompt": string,"prompt_id": string,"variant_no": number,"version": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "experiment_id": string,"key": string,"label"?: string | null,"prompt": string,"prompt_id": string,"variant_no": number,"version"?: number | null
                  }
                  Update: {
                    "experiment_id"?: string,"key"?: string,"label"?: string | null,"prompt"?: string,"prompt_id"?: string,"variant_no"?: number,"version"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "experiment_variant_experiment_id_fkey"
      columns: ["experiment_id"]
isOneToOne: false
      referencedRelation: "experiment"
      referencedColumns: ["experiment_id"]
    },{
      foreignKeyName: "experiment_variant_prompt_id_fkey"
      columns: ["prompt_id","prompt"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id","name"]
    },{
      foreignKeyName: "experiment_variant_version_fkey"
      columns: ["prompt_id","version"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    }
                  ]
                },"experiment_watermark": {
                  Row: {
                    "cluster": number,"experiment_id": string,"rolled_at": string,"watermark": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "cluster": number,"experiment_id": string,"rolled_at"?: string,"watermark"?: unknown
                  }
                  Update: {
                    "cluster"?: number,"experiment_id"?: string,"rolled_at"?: string,"watermark"?: unknown
                  }
                  Relationships: [

                  ]
                },"exposure": {
                  Row: {
                    "epoch": number,"experiment_id": string,"exposed_at": string,"exposure_id": string,"forced": boolean,"unit": string,"variant_no": number,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "epoch": number,"experiment_id": string,"exposed_at"?: string,"exposure_id"?: string,"forced"?: boolean,"unit": string,"variant_no": number,"xact"?: unknown
                  }
                  Update: {
                    "epoch"?: number,"experiment_id"?: string,"exposed_at"?: string,"exposure_id"?: string,"forced"?: boolean,"unit"?: string,"variant_no"?: number,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"exposure_crossover": {
                  Row: {
                    "crossed_at": string,"experiment_id": string,"unit": string,"variant_no": number
                  }
                  ComputedFields: never
                  Insert: {
                    "crossed_at"?: string,"experiment_id": string,"unit": string,"variant_no": number
                  }
                  Update: {
                    "crossed_at"?: string,"experiment_id"?: string,"unit"?: string,"variant_no"?: number
                  }
                  Relationships: [

                  ]
                },"exposure_total": {
                  Row: {
                    "epoch": number,"experiment_id": string,"units": number,"variant_no": number
                  }
                  ComputedFields: never
                  Insert: {
                    "epoch": number,"experiment_id": string,"units": number,"variant_no": number
                  }
                  Update: {
                    "epoch"?: number,"experiment_id"?: string,"units"?: number,"variant_no"?: number
                  }
                  Relationships: [

                  ]
                },"folder_rule": {
                  Row: {
                    "allowed_at": string,"allowed_by": unknown,"claim": string | null,"level": string,"prefix": string,"role": unknown,"rule_id": number,"stop": string,"value": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "allowed_at"?: string,"allowed_by"?: unknown,"claim"?: string | null,"level": string,"prefix": string,"role": unknown,"rule_id"?: number,"stop": string,"value"?: string | null
                  }
                  Update: {
                    "allowed_at"?: string,"allowed_by"?: unknown,"claim"?: string | null,"level"?: string,"prefix"?: string,"role"?: unknown,"rule_id"?: number,"stop"?: string,"value"?: string | null
                  }
                  Relationships: [

                  ]
                },"job_run": {
                  Row: {
                    "actions": number,"detail": string | null,"failures": number,"run_no": number,"seconds": number,"started_at": string,"task": string
                  }
                  ComputedFields: never
                  Insert: {
                    "actions": number,"detail"?: string | null,"failures": number,"run_no"?: number,"seconds": number,"started_at": string,"task": string
                  }
                  Update: {
                    "actions"?: number,"detail"?: string | null,"failures"?: number,"run_no"?: number,"seconds"?: number,"started_at"?: string,"task"?: string
                  }
                  Relationships: [

                  ]
                },"label_move": {
                  Row: {
                    "label": string,"move_no": number,"moved_at": string,"moved_by": string,"prompt_id": string,"reason": string | null,"release_id": string | null,"restored_move": number | null,"version": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "label": string,"move_no": number,"moved_at": string,"moved_by": string,"prompt_id": string,"reason"?: string | null,"release_id"?: string | null,"restored_move"?: number | null,"version"?: number | null
                  }
                  Update: {
                    "label"?: string,"move_no"?: number,"moved_at"?: string,"moved_by"?: string,"prompt_id"?: string,"reason"?: string | null,"release_id"?: string | null,"restored_move"?: number | null,"version"?: number | null
                  }
                  Relationships: [

                  ]
                },"label_policy": {
                  Row: {
                    "approvals": number,"approvals_expire": string | null,"gates": (string)[],"immutable": boolean,"label": string,"level": string,"prefix": string,"role": unknown,"set_as": unknown,"set_at": string,"set_by": string
                  }
                  ComputedFields: never
                  Insert: {
                    "approvals"?: number,"approvals_expire"?: string | null,"gates"?: (string)[],"immutable"?: boolean,"label": string,"level": string,"prefix"?: string,"role"?: unknown,"set_as": unknown,"set_at": string,"set_by": string
                  }
                  Update: {
                    "approvals"?: number,"approvals_expire"?: string | null,"gates"?: (string)[],"immutable"?: boolean,"label"?: string,"level"?: string,"prefix"?: string,"role"?: unknown,"set_as"?: unknown,"set_at"?: string,"set_by"?: string
                  }
                  Relationships: [

                  ]
                },"metric_source": {
                  Row: {
                    "name": string,"query": string,"registered_as": unknown,"registered_at": string,"registered_by": string
                  }
                  ComputedFields: never
                  Insert: {
                    "name": string,"query": string,"registered_as"?: unknown,"registered_at"?: string,"registered_by": string
                  }
                  Update: {
                    "name"?: string,"query"?: string,"registered_as"?: unknown,"registered_at"?: string,"registered_by"?: string
                  }
                  Relationships: [

                  ]
                },"metric_total": {
                  Row: {
                    "den": number,"den2": number,"epoch": number,"experiment_id": string,"metric_no": number,"num": number,"num2": number,"numden": number,"units": number,"variant_no": number
                  }
                  ComputedFields: never
                  Insert: {
                    "den": number,"den2": number,"epoch": number,"experiment_id": string,"metric_no": number,"num": number,"num2": number,"numden": number,"units": number,"variant_no": number
                  }
                  Update: {
                    "den"?: number,"den2"?: number,"epoch"?: number,"experiment_id"?: string,"metric_no"?: number,"num"?: number,"num2"?: number,"numden"?: number,"units"?: number,"variant_no"?: number
                  }
                  Relationships: [

                  ]
                },"outcome": {
                  Row: {
                    "at": string,"denominator": number,"experiment_id": string,"metric_no": number,"outcome_id": number,"unit": string,"value": number,"xact": unknown
                  }
                  ComputedFields: never
                  Insert: {
                    "at"?: string,"denominator"?: number,"experiment_id": string,"metric_no": number,"outcome_id"?: number,"unit": string,"value": number,"xact"?: unknown
                  }
                  Update: {
                    "at"?: string,"denominator"?: number,"experiment_id"?: string,"metric_no"?: number,"outcome_id"?: number,"unit"?: string,"value"?: number,"xact"?: unknown
                  }
                  Relationships: [

                  ]
                },"prompt": {
                  Row: {
                    "archived_at": string | null,"attributes": NonNullable<Json>,"author": string | null,"category": string | null,"changed_at": string,"complexity": string | null,"created_at": string,"created_by": string,"description": string | null,"kind": string,"language": string | null,"last_version": number,"models": (string)[],"name": string,"prompt_id": string,"tags": (string)[]
                  }
                  ComputedFields: never
                  Insert: {
                    "archived_at"?: string | null,"attributes"?: NonNullable<Json>,"author"?: string | null,"category"?: string | null,"changed_at"?: string,"complexity"?: string | null,"created_at"?: string,"created_by": string,"description"?: string | null,"kind": string,"language"?: string | null,"last_version"?: number,"models"?: (string)[],"name": string,"prompt_id"?: string,"tags"?: (string)[]
                  }
                  Update: {
                    "archived_at"?: string | null,"attributes"?: NonNullable<Json>,"author"?: string | null,"category"?: string | null,"changed_at"?: string,"complexity"?: string | null,"created_at"?: string,"created_by"?: string,"description"?: string | null,"kind"?: string,"language"?: string | null,"last_version"?: number,"models"?: (string)[],"name"?: string,"prompt_id"?: string,"tags"?: (string)[]
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_category_fkey"
      columns: ["category"]
isOneToOne: false
      referencedRelation: "category"
      referencedColumns: ["name"]
    }
                  ]
                },"prompt_alias": {
                  Row: {
                    "alias": string,"created_at": string,"created_by": string,"prompt_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "alias": string,"created_at"?: string,"created_by": string,"prompt_id": string
                  }
                  Update: {
                    "alias"?: string,"created_at"?: string,"created_by"?: string,"prompt_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_alias_prompt_id_fkey"
      columns: ["prompt_id"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id"]
    }
                  ]
                },"prompt_default": {
                  Row: {
                    "attributes": NonNullable<Json>,"prompt_id": string,"set_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attributes": NonNullable<Json>,"prompt_id": string,"set_at"?: string
                  }
                  Update: {
                    "attributes"?: NonNullable<Json>,"prompt_id"?: string,"set_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_default_prompt_id_fkey"
      columns: ["prompt_id"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id"]
    }
                  ]
                },"prompt_dependency": {
                  Row: {
                    "partial": string,"prompt_id": string,"version": number,"wanted": string
                  }
                  ComputedFields: never
                  Insert: {
                    "partial": string,"prompt_id": string,"version": number,"wanted": string
                  }
                  Update: {
                    "partial"?: string,"prompt_id"?: string,"version"?: number,"wanted"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_dependency_version_fkey"
      columns: ["prompt_id","version"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    }
                  ]
                },"prompt_example": {
                  Row: {
                    "created_at": string,"created_by": string,"example_id": string,"expected": string | null,"expected_messages": Json | null,"feedback": string | null,"match": string,"name": string,"prompt_id": string,"rating": number | null,"variables": NonNullable<Json>,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by": string,"example_id"?: string,"expected"?: string | null,"expected_messages"?: Json | null,"feedback"?: string | null,"match"?: string,"name": string,"prompt_id": string,"rating"?: number | null,"variables"?: NonNullable<Json>,"version": number
                  }
                  Update: {
                    "created_at"?: string,"created_by"?: string,"example_id"?: string,"expected"?: string | null,"expected_messages"?: Json | null,"feedback"?: string | null,"match"?: string,"name"?: string,"prompt_id"?: string,"rating"?: number | null,"variables"?: NonNullable<Json>,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_example_version_fkey"
      columns: ["prompt_id","version"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    }
                  ]
                },"prompt_label": {
                  Row: {
                    "label": string,"move_no": number,"moved_at": string,"moved_by": string,"name": string,"prompt_id": string,"reason": string | null,"release_id": string | null,"restored_move": number | null,"servable": boolean,"version": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "label": string,"move_no": number,"moved_at": string,"moved_by": string,"name": string,"prompt_id": string,"reason"?: string | null,"release_id"?: string | null,"restored_move"?: number | null,"servable"?: boolean,"version"?: number | null
                  }
                  Update: {
                    "label"?: string,"move_no"?: number,"moved_at"?: string,"moved_by"?: string,"name"?: string,"prompt_id"?: string,"reason"?: string | null,"release_id"?: string | null,"restored_move"?: number | null,"servable"?: boolean,"version"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_label_prompt_id_fkey"
      columns: ["prompt_id","name"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id","name"]
    },{
      foreignKeyName: "prompt_label_version_fkey"
      columns: ["prompt_id","version","servable"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version","servable"]
    }
                  ]
                },"prompt_text": {
                  Row: {
                    "document": unknown,"name": string,"prompt_id": string,"version": number
                  }
                  ComputedFields: never
                  Insert: {
                    "document": unknown,"name": string,"prompt_id": string,"version": number
                  }
                  Update: {
                    "document"?: unknown,"name"?: string,"prompt_id"?: string,"version"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_text_prompt_id_fkey"
      columns: ["prompt_id","name"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id","name"]
    },{
      foreignKeyName: "prompt_text_version_fkey"
      columns: ["prompt_id","version"]
isOneToOne: true
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    }
                  ]
                },"prompt_version": {
                  Row: {
                    "change_note": string | null,"config": NonNullable<Json>,"constraints": NonNullable<Json>,"content_sha256": string,"created_at": string,"created_by": string,"edited_by": string | null,"escape": string | null,"format": string,"idempotency_key": string | null,"messages": Json | null,"metadata": NonNullable<Json>,"prompt_id": string,"semver": string | null,"servable": boolean,"status": string,"template": string | null,"variables": NonNullable<Json>,"version": number,"version_id": string,"_check_limits": undefined | null,"_content_sha256": string | null,"_next_semver": string | null
                  }
                  ComputedFields: "_check_limits" | "_content_sha256" | "_next_semver"
                  Insert: {
                    "change_note"?: string | null,"config"?: NonNullable<Json>,"constraints"?: NonNullable<Json>,"content_sha256": string,"created_at"?: string,"created_by": string,"edited_by"?: string | null,"escape"?: string | null,"format"?: string,"idempotency_key"?: string | null,"messages"?: Json | null,"metadata"?: NonNullable<Json>,"prompt_id": string,"semver"?: string | null,"servable"?: never,"status"?: string,"template"?: string | null,"variables"?: NonNullable<Json>,"version": number,"version_id"?: string
                  }
                  Update: {
                    "change_note"?: string | null,"config"?: NonNullable<Json>,"constraints"?: NonNullable<Json>,"content_sha256"?: string,"created_at"?: string,"created_by"?: string,"edited_by"?: string | null,"escape"?: string | null,"format"?: string,"idempotency_key"?: string | null,"messages"?: Json | null,"metadata"?: NonNullable<Json>,"prompt_id"?: string,"semver"?: string | null,"servable"?: never,"status"?: string,"template"?: string | null,"variables"?: NonNullable<Json>,"version"?: number,"version_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "prompt_version_prompt_id_fkey"
      columns: ["prompt_id"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id"]
    }
                  ]
                },"release": {
                  Row: {
                    "closed_at": string | null,"closed_by": string | null,"gates": NonNullable<Json>,"items": number,"override_reason": string | null,"reason": string | null,"release_id": string,"requested_at": string,"requested_by": string,"rolls_back": string | null,"status": string
                  }
                  ComputedFields: never
                  Insert: {
                    "closed_at"?: string | null,"closed_by"?: string | null,"gates"?: NonNullable<Json>,"items": number,"override_reason"?: string | null,"reason"?: string | null,"release_id"?: string,"requested_at": string,"requested_by": string,"rolls_back"?: string | null,"status"?: string
                  }
                  Update: {
                    "closed_at"?: string | null,"closed_by"?: string | null,"gates"?: NonNullable<Json>,"items"?: number,"override_reason"?: string | null,"reason"?: string | null,"release_id"?: string,"requested_at"?: string,"requested_by"?: string,"rolls_back"?: string | null,"status"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "release_rolls_back_fkey"
      columns: ["rolls_back"]
isOneToOne: false
      referencedRelation: "release"
      referencedColumns: ["release_id"]
    }
                  ]
                },"release_item": {
                  Row: {
                    "base_move": number,"base_version": number | null,"label": string,"prompt_id": string,"release_id": string,"restored_move": number | null,"version": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "base_move": number,"base_version"?: number | null,"label": string,"prompt_id": string,"release_id": string,"restored_move"?: number | null,"version"?: number | null
                  }
                  Update: {
                    "base_move"?: number,"base_version"?: number | null,"label"?: string,"prompt_id"?: string,"release_id"?: string,"restored_move"?: number | null,"version"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "release_item_prompt_id_fkey"
      columns: ["prompt_id"]
isOneToOne: false
      referencedRelation: "prompt"
      referencedColumns: ["prompt_id"]
    },{
      foreignKeyName: "release_item_release_id_fkey"
      columns: ["release_id"]
isOneToOne: false
      referencedRelation: "release"
      referencedColumns: ["release_id"]
    }
                  ]
                },"release_review": {
                  Row: {
                    "comment": string | null,"decision": string,"release_id": string,"review_no": number,"reviewed_at": string,"reviewer": string
                  }
                  ComputedFields: never
                  Insert: {
                    "comment"?: string | null,"decision": string,"release_id": string,"review_no": number,"reviewed_at": string,"reviewer": string
                  }
                  Update: {
                    "comment"?: string | null,"decision"?: string,"release_id"?: string,"review_no"?: number,"reviewed_at"?: string,"reviewer"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "release_review_release_id_fkey"
      columns: ["release_id"]
isOneToOne: false
      referencedRelation: "release"
      referencedColumns: ["release_id"]
    }
                  ]
                },"suggestion": {
                  Row: {
                    "attempts": number,"base_version": number,"brief": NonNullable<Json>,"claimed_by": string | null,"comment": string | null,"config": Json | null,"content_sha256": string | null,"details": NonNullable<Json>,"forced": boolean,"leased_until": string | null,"messages": Json | null,"parents": (string)[],"prompt_id": string,"proposed_at": string | null,"proposed_by": string | null,"rationale": string | null,"requested_at": string,"requested_by": string,"reviewed_at": string | null,"reviewed_by": string | null,"status": string,"suggestion_id": string,"template": string | null,"variables": Json | null,"version": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number,"base_version": number,"brief"?: NonNullable<Json>,"claimed_by"?: string | null,"comment"?: string | null,"config"?: Json | null,"content_sha256"?: string | null,"details"?: NonNullable<Json>,"forced"?: boolean,"leased_until"?: string | null,"messages"?: Json | null,"parents"?: (string)[],"prompt_id": string,"proposed_at"?: string | null,"proposed_by"?: string | null,"rationale"?: string | null,"requested_at": string,"requested_by": string,"reviewed_at"?: string | null,"reviewed_by"?: string | null,"status"?: string,"suggestion_id"?: string,"template"?: string | null,"variables"?: Json | null,"version"?: number | null
                  }
                  Update: {
                    "attempts"?: number,"base_version"?: number,"brief"?: NonNullable<Json>,"claimed_by"?: string | null,"comment"?: string | null,"config"?: Json | null,"content_sha256"?: string | null,"details"?: NonNullable<Json>,"forced"?: boolean,"leased_until"?: string | null,"messages"?: Json | null,"parents"?: (string)[],"prompt_id"?: string,"proposed_at"?: string | null,"proposed_by"?: string | null,"rationale"?: string | null,"requested_at"?: string,"requested_by"?: string,"reviewed_at"?: string | null,"reviewed_by"?: string | null,"status"?: string,"suggestion_id"?: string,"template"?: string | null,"variables"?: Json | null,"version"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "suggestion_base_version_fkey"
      columns: ["prompt_id","base_version"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    },{
      foreignKeyName: "suggestion_version_fkey"
      columns: ["prompt_id","version"]
isOneToOne: false
      referencedRelation: "prompt_version"
      referencedColumns: ["prompt_id","version"]
    }
                  ]
                },"unit_total": {
                  Row: {
                    "den": number,"epoch": number | null,"events": number,"experiment_id": string,"metric_no": number,"num": number,"unit": string,"variant_no": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "den": number,"epoch"?: number | null,"events": number,"experiment_id": string,"metric_no": number,"num": number,"unit": string,"variant_no"?: number | null
                  }
                  Update: {
                    "den"?: number,"epoch"?: number | null,"events"?: number,"experiment_id"?: string,"metric_no"?: number,"num"?: number,"unit"?: string,"variant_no"?: number | null
                  }
                  Relationships: [

                  ]
                }
          }
          Views: {
            "execution_tallies": {
                  Row: {
                    "experiment": string | null,"kind": string,"model": string | null,"n": number | null,"name": string,"prompt": string | null,"provider": string | null,"span": string,"time": string,"total": number | null,"variant": string | null,"version": number
                  }
                  ComputedFields: never
                  Relationships: [

                  ]
                },"execution_usage": {
                  Row: {
                    "cache_read_input_tokens": number | null,"cache_write_input_tokens": number | null,"cost_usd": number | null,"errors": number | null,"executions": number | null,"experiment": string | null,"input_tokens": number | null,"model": string | null,"output_tokens": number | null,"prompt": string | null,"provider": string | null,"reasoning_output_tokens": number | null,"seconds": number | null,"span": string,"time": string,"variant": string | null,"version": number
                  }
                  ComputedFields: never
                  Relationships: [

                  ]
                },"executions": {
                  Row: {
                    "attributes": Json | null,"cache_read_input_tokens": number | null,"cache_write_input_tokens": number | null,"confidence": number | null,"conversation_id": string | null,"cost_usd": number | null,"created_at": string,"duration": number | null,"error_message": string | null,"error_type": string | null,"execution_id": string,"experiment": string | null,"feedback": string | null,"finish_reasons": (string)[] | null,"input_tokens": number | null,"operation_name": string | null,"output_tokens": number | null,"processing_time_ms": number | null,"prompt": string | null,"provider_name": string | null,"reasoning_output_tokens": number | null,"ref": Json | null,"request_model": string | null,"response_id": string | null,"response_model": string | null,"scores": Json | null,"success": boolean,"time_to_first_chunk": number | null,"unit": string | null,"user_id": string | null,"variant": string | null,"version": number
                  }
                  ComputedFields: never
                  Relationships: [

                  ]
                },"metrics": {
                  Row: {
                    "help": string | null,"labels": Json | null,"name": string | null,"type": string | null,"value": number | null
                  }
                  ComputedFields: never
                  Relationships: [

                  ]
                }
          }
          Functions: {
            "_ab_summary_accum":
{ Args: { "summary": unknown,"treatment": boolean,"value": number }; Returns: unknown
                           },
"_ab_summary_combine":
{ Args: { "a": unknown,"b": unknown }; Returns: unknown
                           },
"_actor":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"_add_figures":
{ Args: { "before": unknown,"from_time": string,"since": unknown }; Returns: number
                           },
"_apply_grants":
{ Args: { "grantee": unknown }; Returns: undefined
                           },
"_audit_append":
{ Args: { "action": string,"actor": string,"after": Json,"at": string,"before": Json,"chain": string,"event_type": string,"fields": Json,"key": string,"name": string,"object": string,"reason": string }; Returns: boolean
                           },
"_audit_has":
{ Args: { "fields": Json,"key": string,"object": string }; Returns: boolean
                           },
"_audit_knows":
{ Args: { "chain": string,"key": string,"object": string }; Returns: boolean
                           },
"_audited":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_check_content":
{ Args: { "config": Json,"constraints": Json,"escape": string,"format": string,"messages": Json,"restored": boolean,"template": string,"variables": Json }; Returns: undefined
                           },
"_check_folder_rule":
{ Args: { "claim": string,"level": string,"prefix": string,"value": string }; Returns: undefined
                           },
"_check_grant":
{ Args: { "forgotten": boolean,"level": string,"role": unknown }; Returns: undefined
                           },
"_check_items":
{ Args: { "id": string }; Returns: undefined
                           },
"_check_label":
{ Args: { "label": string }; Returns: undefined
                           },
"_check_label_move":
{ Args: { "approvals": number,"approvals_needed": number,"immutable": boolean,"label": string,"level": string,"name": string,"old_version": number,"override": boolean,"roles": (unknown)[] }; Returns: undefined
                           },
"_check_label_rename":
{ Args: { "label": string,"new_name": string,"old_name": string }; Returns: undefined
                           },
"_check_label_target":
{ Args: { "label": string,"name": string,"prompt_id": string,"version": number }; Returns: boolean
                           },
"_check_limits":
{ Args: { "content": Omit<Database["prompt_mgr"]['Tables']["prompt_version"]['Row'], Database["prompt_mgr"]['Tables']["prompt_version"]['ComputedFields']> }; Returns: undefined
                           },
"_check_overlap":
{ Args: { "candidate": Omit<Database["prompt_mgr"]['Tables']["experiment"]['Row'], Database["prompt_mgr"]['Tables']["experiment"]['ComputedFields']> }; Returns: undefined
                           },
"_check_owner":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_check_release":
{ Args: { "id": string,"override_reason": string }; Returns: Json
                           },
"_clean_events":
{ Args: { "keep"?: string,"max_rows"?: number }; Returns: number
                           },
"_close_partition":
{ Args: { "partition": unknown }; Returns: undefined
                           },
"_comment_on":
{ Args: { "attribute": string,"comment": string,"relation": string }; Returns: undefined
                           },
"_confine":
{ Args: { "confined": (unknown)[] }; Returns: undefined
                           },
"_confined_roles":
{ Args: Record<PropertyKey, never>; Returns: unknown[]
                           },
"_content_sha256":
{ Args: { "content": Omit<Database["prompt_mgr"]['Tables']["prompt_version"]['Row'], Database["prompt_mgr"]['Tables']["prompt_version"]['ComputedFields']> }; Returns: string
                           },
"_distinct_sketch_accum":
{ Args: { "sketch": unknown,"value": string }; Returns: unknown
                           },
"_distinct_sketch_combine":
{ Args: { "a": unknown,"b": unknown }; Returns: unknown
                           },
"_distinct_sketch_packed":
{ Args: { "sketch": unknown }; Returns: unknown
                           },
"_drop_partition":
{ Args: { "partition": unknown,"relation": unknown,"upper": string }; Returns: string
                           },
"_drop_partitions":
{ Args: { "at"?: string }; Returns: {
              "action": string,"partition": unknown
            }[]
                           },
"_event_type":
{ Args: { "action": string,"after": Json,"object": string }; Returns: string
                           },
"_execution_rollup":
{ Args: { "batch"?: number,"until"?: string }; Returns: number
                           },
"_experiment_act":
{ Args: { "decision": string,"ended": boolean,"id": string,"reason": string,"variant": string }; Returns: string
                           },
"_experiment_look":
{ Args: { "at": string,"id": string }; Returns: Record<string, unknown>
                           },
"_experiment_planned_tests":
{ Args: { "at": string,"id": string,"name": string,"seen": unknown }; Returns: undefined
                           },
"_experiment_read_sources":
{ Args: { "id": string,"upto": unknown }; Returns: undefined
                           },
"_experiment_reweigh":
{ Args: { "id": string }; Returns: undefined
                           },
"_experiment_rollup":
{ Args: { "id": string }; Returns: undefined
                           },
"_experiment_tick":
{ Args: { "at"?: string,"until"?: string }; Returns: {
              "action": string,"decision": string,"experiment": string,"reason": string
            }[]
                           },
"_folder":
{ Args: { "prefix": string }; Returns: string
                           },
"_folder_condition":
{ Args: { "command": string,"level": string,"relation": unknown }; Returns: string
                           },
"_folder_policies":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_function_levels":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_gate_verdict":
{ Args: { "gate": string,"role": unknown,"version_id": string }; Returns: {
              "ok": boolean,"reason": string
            }[]
                           },
"_index_version":
{ Args: { "id": string,"number": number }; Returns: undefined
                           },
"_init_access":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_audit":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_audit_functions":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_catalogue":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_categories":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_comments":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_dependencies":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_events":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_examples":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_execution_comments":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_execution_triggers":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_execution_views":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_executions":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiment_comments":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiment_results":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiment_rows":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiment_trigger_functions":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiment_triggers":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_experiments":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_folder_policies":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_folders":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_jobs":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_limits":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_metrics":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_policies":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_prompt_life":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_protection":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_releases":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_reviews":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_rollup_comments":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_rollups":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_search":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_semver":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_suggestions":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_tables":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_init_triggers":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"_is_protected":
{ Args: { "label": string,"name": string }; Returns: boolean
                           },
"_is_stale":
{ Args: { "id": string }; Returns: boolean
                           },
"_label_moved":
{ Args: { "actor": string,"has_history": boolean,"label": string,"move_no": number,"moved_at": string,"moved_by": string,"name": string,"old_moved_at": string,"old_moved_by": string,"old_version": number,"prompt_id": string,"reason": string,"release_id": string,"restored_move": number,"version": number }; Returns: boolean
                           },
"_label_protection":
{ Args: { "label": string,"name": string }; Returns: Record<string, unknown>
                           },
"_latency_sketch_accum":
{ Args: { "seconds": number,"sketch": unknown }; Returns: unknown
                           },
"_latency_sketch_combine":
{ Args: { "a": unknown,"b": unknown }; Returns: unknown
                           },
"_latency_sketch_packed":
{ Args: { "sketch": unknown }; Returns: unknown
                           },
"_levels":
{ Args: Record<PropertyKey, never>; Returns: (string)[]
                           },
"_levels_from":
{ Args: { "level": string }; Returns: (string)[]
                           },
"_make_partition":
{ Args: { "at": string,"lower": string,"relation": unknown,"upper": string }; Returns: unknown
                           },
"_make_partitions":
{ Args: { "at"?: string }; Returns: {
              "action": string,"partition": unknown
            }[]
                           },
"_may_move":
{ Args: { "level": string,"mover": unknown,"roles": (unknown)[] }; Returns: boolean
                           },
"_next_semver":
{ Args: { "content": Omit<Database["prompt_mgr"]['Tables']["prompt_version"]['Row'], Database["prompt_mgr"]['Tables']["prompt_version"]['ComputedFields']> }; Returns: string
                           },
"_partials":
{ Args: { "format": string,"messages": Json,"template": string }; Returns: Record<string, unknown>[]
                           },
"_partition_attempts":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"_partitions":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_policies":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_proportion_summary_accum":
{ Args: { "success": boolean,"summary": unknown,"treatment": boolean }; Returns: unknown
                           },
"_proportion_summary_combine":
{ Args: { "a": unknown,"b": unknown }; Returns: unknown
                           },
"_public_types":
{ Args: Record<PropertyKey, never>; Returns: unknown[]
                           },
"_ratio_summary_accum":
{ Args: { "den": number,"num": number,"summary": unknown,"treatment": boolean }; Returns: unknown
                           },
"_ratio_summary_combine":
{ Args: { "a": unknown,"b": unknown }; Returns: unknown
                           },
"_readd_figures":
{ Args: { "before": unknown,"dropped_to": string }; Returns: string
                           },
"_require_gates":
{ Args: { "results": Json }; Returns: undefined
                           },
"_rolled_up_to":
{ Args: Record<PropertyKey, never>; Returns: unknown
                           },
"_rule_holds":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"_run_gates":
{ Args: { "gates": Json,"label": string,"name": string,"version_id": string }; Returns: Json
                           },
"_semver_step":
{ Args: { "new": Omit<Database["prompt_mgr"]['Tables']["prompt_version"]['Row'], Database["prompt_mgr"]['Tables']["prompt_version"]['ComputedFields']>,"was": Omit<Database["prompt_mgr"]['Tables']["prompt_version"]['Row'], Database["prompt_mgr"]['Tables']["prompt_version"]['ComputedFields']> }; Returns: string
                           },
"_series_id":
{ Args: { "experiment_id": string,"model": string,"prompt_id": string,"provider_name": string,"variant_no": number,"version": number }; Returns: string
                           },
"_session_role":
{ Args: Record<PropertyKey, never>; Returns: unknown
                           },
"_snapshot_with_own":
{ Args: Record<PropertyKey, never>; Returns: unknown
                           },
"_source_rows":
{ Args: { "query": string,"role": unknown }; Returns: {
              "denominator": number,"time": string,"unit": string,"value": number
            }[]
                           },
"_table_privileges":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_tick_events":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_experiments":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_partitions":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_retention":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_rollup":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_run_log":
{ Args: { "until": string }; Returns: {
              "action": string,"detail": string,"subject": string
            }[]
                           },
"_tick_steps":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"_variable_schema":
{ Args: { "escape": string,"format": string,"messages": Json,"template": string,"variables": Json }; Returns: Json
                           },
"_warn_of_server":
{ Args: { "version_num": number }; Returns: undefined
                           },
"_ztest_final":
{ Args: { "summary": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["ztest_result"]
                          SetofOptions: {
        from: "*"
        to: "ztest_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"ack_events":
{ Args: { "ids": (number)[] }; Returns: number
                           },
"activate":
{ Args: { "label"?: string,"name": string,"reason"?: string,"version": number }; Returns: undefined
                           },
"add_example":
{ Args: { "example"?: string,"expected"?: string,"expected_messages"?: Json,"feedback"?: string,"match"?: string,"name": string,"rating"?: number,"variables": Json,"version": number }; Returns: string
                           },
"allow_folder":
{ Args: { "claim"?: string,"level": string,"prefix": string,"role": unknown,"value"?: string }; Returns: undefined
                           },
"always_valid_counts":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"n_control": number,"n_treatment": number,"planned_n"?: number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["always_valid_result"]
                          SetofOptions: {
        from: "*"
        to: "always_valid_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"always_valid_test":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"ratio": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["always_valid_result"]
                          SetofOptions: {
        from: "*"
        to: "always_valid_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"s": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["always_valid_result"]
                          SetofOptions: {
        from: "*"
        to: "always_valid_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"summary": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["always_valid_result"]
                          SetofOptions: {
        from: "*"
        to: "always_valid_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"analyze_experiment":
{ Args: { "name": string,"raw"?: boolean,"seen"?: unknown }; Returns: {
              "always_valid_p": number,"ci_high": number,"ci_level": number,"ci_low": number,"decision": string,"difference": number,"gate_open": boolean,"kind": string,"lift": number,"lift_high": number,"lift_low": number,"log_e_value": number,"mean": number,"metric": string,"metric_no": number,"p_adjusted": number,"p_value": number,"prob_best": number,"reason": string,"role": string,"sd": number,"successes": number,"test_p": number,"test_rejected": boolean,"units": number,"variant": string,"variant_no": number,"z": number
            }[]
                           },
"apply_release":
{ Args: { "id": string,"override_reason"?: string }; Returns: Record<string, unknown>
                           },
"archive_prompt":
{ Args: { "name": string,"reason"?: string }; Returns: undefined
                           },
"assign_variant":
{ Args: { "attributes"?: Json,"experiment": string,"unit": string }; Returns: string
                           },
"audit_hash":
{ Args: { "action": string,"actor": string,"after": Json,"at": string,"audit_no": number,"before": Json,"key": string,"object": string,"previous": string,"prompt_id": string,"session_role": string,"txid": unknown }; Returns: string
                           },
"bayes_counts":
{ Args: { "n_control": number,"n_treatment": number,"prior_a"?: number,"prior_b"?: number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["bayes_result"]
                          SetofOptions: {
        from: "*"
        to: "bayes_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"bayes_moments":
{ Args: { "effect"?: string,"level"?: number,"mean_control": number,"mean_treatment": number,"n_control": number,"n_treatment": number,"prior_mean"?: number,"prior_variance"?: number,"sd_control": number,"sd_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["bayes_result"]
                          SetofOptions: {
        from: "*"
        to: "bayes_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"bayes_test":
{ Args: { "prior_a"?: number,"prior_b"?: number,"prior_mean"?: number,"prior_variance"?: number,"s": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["bayes_result"]
                          SetofOptions: {
        from: "*"
        to: "bayes_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "prior_a"?: number,"prior_b"?: number,"summary": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["bayes_result"]
                          SetofOptions: {
        from: "*"
        to: "bayes_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"best_arm_probabilities":
{ Args: { "prior_a"?: number,"prior_b"?: number,"successes": (number)[],"trials": (number)[] }; Returns: (number)[]
                           },
"best_of_means":
{ Args: { "means": (number)[],"standard_errors": (number)[] }; Returns: (number)[]
                           },
"can_count_tokens":
{ Args: { "encoding"?: string }; Returns: boolean
                           },
"cancel_release":
{ Args: { "id": string }; Returns: undefined
                           },
"check_executions":
{ Args: { "newest": string,"oldest": string,"rows": Json,"single": boolean }; Returns: number
                           },
"check_label_unused":
{ Args: { "label": string,"name": string }; Returns: undefined
                           },
"check_page":
{ Args: { "page_offset"?: number,"page_size": number }; Returns: undefined
                           },
"check_ready":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"claim_events":
{ Args: { "consumer": string,"lease"?: string,"max_events"?: number }; Returns: {
              "at": string,"attempts": number,"event_id": number,"leased_until": string,"payload": Json,"prompt_id": string,"type": string
            }[]
                           },
"claim_suggestions":
{ Args: { "lease"?: string,"max_items"?: number,"worker": string }; Returns: {
              "attempts": number,"base_version": number,"brief": Json,"leased_until": string,"prompt": string,"suggestion_id": string
            }[]
                           },
"collect_failures":
{ Args: { "max_rows"?: number,"name": string,"score"?: string,"since"?: string,"threshold"?: number }; Returns: {
              "comment": string,"created_at": string,"error_message": string,"error_type": string,"execution_id": string,"rendered": string,"response": string,"success": boolean,"value": number,"variables": Json,"version": number
            }[]
                           },
"compare_arms":
{ Args: { "alpha": number,"alternative": string,"is_rate": boolean,"margin": number,"mean_control": number,"mean_treatment": number,"n_control": number,"n_treatment": number,"planned_n": number,"variance_control": number,"variance_treatment": number,"x_control": number,"x_treatment": number }; Returns: Record<string, unknown>
                           },
"compare_versions":
{ Args: { "a": number,"b": number,"from_time"?: string,"name": string,"to_time"?: string }; Returns: {
              "change": number,"difference": number,"metric": string,"p_value": number,"value_a": number,"value_b": number
            }[]
                           },
"configure_executions":
{ Args: { "content"?: (string)[],"partition_by"?: string,"retention"?: string }; Returns: undefined
                           },
"content_sha256":
{ Args: { "config": Json,"constraints": Json,"escape": string,"format": string,"messages": Json,"template": string,"variables": Json }; Returns: string
                           },
"copy_prompt":
{ Args: { "draft"?: boolean,"name": string,"new_name": string,"version"?: number }; Returns: number
                           },
"count_tokens":
{ Args: { "encoding"?: string,"text": string }; Returns: number
                           },
"count_within":
{ Args: { "s": unknown,"seconds"?: number }; Returns: number
                           },
"create_experiment":
{ Args: { "metrics": Json,"name": string,"options"?: Json,"prompt": string,"variants": Json }; Returns: string
                           },
"current_actor":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"delete_prompt":
{ Args: { "name": string }; Returns: undefined
                           },
"describe_number":
{ Args: { "kind": string,"value": number }; Returns: string
                           },
"describe_prompt":
{ Args: { "name": string }; Returns: Record<string, unknown>
                           },
"diff_ci":
{ Args: { "level"?: number,"method"?: string,"n_control": number,"n_treatment": number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["interval_result"]
                          SetofOptions: {
        from: "*"
        to: "interval_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"diff_text":
{ Args: { "context"?: number,"new": string,"old": string }; Returns: Record<string, unknown>[]
                           },
"diff_versions":
{ Args: { "a": number,"b": number,"context"?: number,"name": string }; Returns: {
              "breaking": boolean,"kind": string,"new_line": number,"new_value": Json,"old_line": number,"old_value": Json,"path": string,"section": string,"text": string
            }[]
                           },
"disallow_folder":
{ Args: { "claim"?: string,"level": string,"prefix": string,"role": unknown,"value"?: string }; Returns: undefined
                           },
"distinct_count":
{ Args: { "s": unknown }; Returns: number
                           },
"distinct_sketch_from_bytea":
{ Args: { "bytes": string }; Returns: unknown
                           },
"distinct_sketch_of":
{ Args: { "bytes": string }; Returns: unknown
                           },
"drop_alias":
{ Args: { "alias": string }; Returns: undefined
                           },
"drop_example":
{ Args: { "id": string }; Returns: undefined
                           },
"drop_label":
{ Args: { "label": string,"name": string }; Returns: undefined
                           },
"e_bh":
{ Args: { "alpha"?: number,"log_e_values": (number)[] }; Returns: (boolean)[]
                           },
"edit_draft":
{ Args: { "base_sha256"?: string,"change_note"?: string,"config"?: Json,"constraints"?: Json,"escape"?: string,"format"?: string,"messages"?: Json,"metadata"?: Json,"name": string,"semver"?: string,"template"?: string,"variables"?: Json,"version": number }; Returns: string
                           },
"error_summary":
{ Args: { "from_time"?: string,"max_rows"?: number,"name": string,"to_time"?: string,"version"?: number }; Returns: {
              "error_rate": number,"error_type": string,"errors": number,"last_at": string,"last_message": string,"share": number,"versions": (number)[]
            }[]
                           },
"estimate_tokens":
{ Args: { "family": string,"text": string }; Returns: number
                           },
"execution_changes":
{ Args: { "before": unknown,"from_time"?: string,"only_prompt"?: string,"only_version"?: number,"since": unknown,"to_time"?: string }; Returns: {
              "cache_read_input_tokens": number,"cache_write_input_tokens": number,"cost_usd": number,"errors": number,"executions": number,"experiment_id": string,"hour": string,"input_tokens": number,"latency": unknown,"model": string,"output_tokens": number,"prompt_id": string,"provider_name": string,"reasoning_output_tokens": number,"seconds": number,"users": unknown,"variant_no": number,"version": number
            }[]
                           },
"execution_figures":
{ Args: { "from_time": string,"only_prompt"?: string,"only_version"?: number,"span"?: string,"split"?: (string)[],"to_time": string }; Returns: {
              "cache_read_input_tokens": number,"cache_write_input_tokens": number,"cost_usd": number,"errors": number,"executions": number,"experiment_id": string,"input_tokens": number,"latency": unknown,"model": string,"output_tokens": number,"prompt_id": string,"provider_name": string,"reasoning_output_tokens": number,"seconds": number,"time": string,"users": unknown,"variant_no": number,"version": number
            }[]
                           },
"execution_settings":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>
                           },
"execution_time":
{ Args: { "id": string }; Returns: string
                           },
"experiment_arms":
{ Args: { "name": string,"raw"?: boolean,"seen"?: unknown }; Returns: {
              "epoch": number,"exposed": number,"mean": number,"metric_no": number,"successes": number,"units": number,"variance": number,"variant_no": number
            }[]
                           },
"experiment_client_config":
{ Args: { "name": string }; Returns: Json
                           },
"experiment_decision":
{ Args: { "at"?: string,"name": string,"results": Json,"srm": Json }; Returns: Record<string, unknown>
                           },
"experiment_executions":
{ Args: { "before": unknown,"id": string,"seen": unknown,"since": unknown }; Returns: {
              "metric_no": number,"unit": string,"value": number
            }[]
                           },
"experiment_report":
{ Args: { "name": string }; Returns: Json
                           },
"experiment_srm":
{ Args: { "name": string,"raw"?: boolean,"seen"?: unknown }; Returns: Json
                           },
"experiment_standard_arms":
{ Args: { "name": string,"raw"?: boolean,"seen"?: unknown }; Returns: {
              "mean": number,"metric_no": number,"standard_error": number,"variant_no": number
            }[]
                           },
"experiment_totals":
{ Args: { "name": string,"raw"?: boolean,"seen"?: unknown }; Returns: {
              "den": number,"den2": number,"epoch": number,"metric_no": number,"num": number,"num2": number,"numden": number,"units": number,"variant_no": number
            }[]
                           },
"experiment_unit_changes":
{ Args: { "before": unknown,"id": string,"seen": unknown,"since": unknown,"with_totals": boolean }; Returns: {
              "d": number,"den": number,"epoch": number,"events": number,"metric_no": number,"num": number,"unit": string,"variant_no": number,"was_d": number,"was_den": number,"was_events": number,"was_num": number,"was_variant": number,"was_y": number,"y": number
            }[]
                           },
"export_prompts":
{ Args: { "prefix"?: string }; Returns: Json
                           },
"figure_ranges":
{ Args: { "from_time": string,"span"?: string,"to_time": string }; Returns: {
              "grain": string,"lower": string,"upper": string
            }[]
                           },
"find_default_prompt":
{ Args: { "attributes": Json }; Returns: string
                           },
"fits_tokens":
{ Args: { "encoding"?: string,"max_tokens": number,"text": string }; Returns: boolean
                           },
"force_variant":
{ Args: { "name": string,"unit": string,"variant": string }; Returns: undefined
                           },
"get_prompt":
{ Args: { "as_of"?: string,"label"?: string,"name": string,"version"?: number }; Returns: Record<string, unknown>
                           },
"get_prompts":
{ Args: { "label"?: string,"prefix"?: string }; Returns: {
              "attributes": Json,"category": string,"config": Json,"constraints": Json,"content_sha256": string,"created_at": string,"created_by": string,"description": string,"escape": string,"format": string,"kind": string,"messages": Json,"metadata": Json,"name": string,"prompt_id": string,"semver": string,"status": string,"tags": (string)[],"template": string,"variables": Json,"version": number,"version_id": string
            }[]
                           },
"grant_access":
{ Args: { "level": string,"role": unknown }; Returns: undefined
                           },
"group_failures":
{ Args: { "max_rows"?: number,"name": string,"score"?: string,"since"?: string,"threshold"?: number }; Returns: {
              "error_type": string,"examples": (string)[],"failures": number,"first_at": string,"last_at": string,"mean_value": number,"pattern": string,"share": number,"versions": (number)[]
            }[]
                           },
"group_sequential_bounds":
{ Args: { "alpha"?: number,"fractions": (number)[],"spending"?: string }; Returns: (number)[]
                           },
"homogeneity_test":
{ Args: { "successes": (number)[],"trials": (number)[] }; Returns: Database["prompt_mgr"]['CompositeTypes']["homogeneity_result"]
                          SetofOptions: {
        from: "*"
        to: "homogeneity_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"hybrid_counts":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"n_control": number,"n_treatment": number,"planned_n"?: number,"previous_n"?: number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["hybrid_result"]
                          SetofOptions: {
        from: "*"
        to: "hybrid_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"hybrid_test":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"previous_n"?: number,"ratio": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["hybrid_result"]
                          SetofOptions: {
        from: "*"
        to: "hybrid_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"previous_n"?: number,"s": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["hybrid_result"]
                          SetofOptions: {
        from: "*"
        to: "hybrid_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"planned_n"?: number,"previous_n"?: number,"summary": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["hybrid_result"]
                          SetofOptions: {
        from: "*"
        to: "hybrid_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"import_prompts":
{ Args: { "document": Json,"dry_run"?: boolean,"mode"?: string }; Returns: {
              "action": string,"error": string,"item": number,"name": string,"source_version": number,"version": number
            }[]
                           },
"init":
{ Args: Record<PropertyKey, never>; Returns: undefined
                           },
"job_runs":
{ Args: { "failed"?: boolean,"only_task"?: string,"page_size"?: number }; Returns: {
              "actions": number,"detail": string,"failures": number,"run_no": number,"seconds": number,"started_at": string,"task": string
            }[]
                           },
"jobs_status":
{ Args: Record<PropertyKey, never>; Returns: {
              "active": boolean,"failures": number,"last_failure": string,"last_failure_detail": string,"last_run": string,"last_seconds": number,"runs": number,"schedule": string,"scheduled_as": string,"task": string
            }[]
                           },
"label_history":
{ Args: { "label"?: string,"name": string }; Returns: {
              "held_from": string,"held_until": string,"move_no": number,"moved_by": string,"reason": string,"release_id": string,"restored_move": number,"version": number
            }[]
                           },
"label_protection":
{ Args: { "label"?: string,"name": string }; Returns: Record<string, unknown>
                           },
"latency_sketch_from_bytea":
{ Args: { "bytes": string }; Returns: unknown
                           },
"latency_sketch_of":
{ Args: { "bytes": string }; Returns: unknown
                           },
"lift_ci":
{ Args: { "level"?: number,"method"?: string,"n_control": number,"n_treatment": number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["interval_result"]
                          SetofOptions: {
        from: "*"
        to: "interval_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"lift_mde":
{ Args: { "alpha"?: number,"mean": number,"n_control": number,"n_treatment": number,"planned_n"?: number,"power"?: number,"sd": number }; Returns: number
                           },
"lift_power":
{ Args: { "alpha"?: number,"lift": number,"mean": number,"n_control": number,"n_treatment": number,"planned_n"?: number,"sd": number }; Returns: number
                           },
"list_assignments":
{ Args: { "after"?: string,"experiment": string,"page_size"?: number }; Returns: {
              "crossed_to": (string)[],"epoch": number,"exposed_at": string,"exposure_id": string,"forced": boolean,"unit": string,"variant": string
            }[]
                           },
"list_categories":
{ Args: Record<PropertyKey, never>; Returns: {
              "colour": string,"icon": string,"name": string,"parent": string,"path": (string)[],"position": number,"prompts": number,"title": string
            }[]
                           },
"list_changes":
{ Args: { "before"?: number,"name": string,"page_size"?: number }; Returns: {
              "breaking": boolean,"change_note": string,"created_at": string,"created_by": string,"labels": (string)[],"lines_added": number,"lines_removed": number,"semver": string,"settings_changed": (string)[],"status": string,"variables_added": (string)[],"variables_changed": (string)[],"variables_removed": (string)[],"version": number
            }[]
                           },
"list_default_prompts":
{ Args: { "pairs"?: Json }; Returns: {
              "attributes": Json,"name": string,"set_at": string
            }[]
                           },
"list_examples":
{ Args: { "name": string,"version"?: number }; Returns: {
              "created_at": string,"created_by": string,"example": string,"example_id": string,"expected": string,"expected_messages": Json,"feedback": string,"match": string,"rating": number,"variables": Json
            }[]
                           },
"list_experiments":
{ Args: { "after"?: string,"page_size"?: number,"prompt_name"?: string,"with_status"?: string }; Returns: {
              "alpha": number,"created_at": string,"created_by": string,"decision": string,"experiment_id": string,"label": string,"looked_at": string,"method": string,"metrics": Json,"name": string,"planned_n": number,"prompt": string,"reason": string,"started_at": string,"status": string,"stop_reason": string,"stopped_at": string,"units": number,"variant": string,"variants": Json,"winner": string
            }[]
                           },
"list_folder_rules":
{ Args: Record<PropertyKey, never>; Returns: {
              "allowed_at": string,"allowed_by": unknown,"claim": string,"level": string,"prefix": string,"role": unknown,"value": string
            }[]
                           },
"list_prompts":
{ Args: { "after"?: string,"archived"?: boolean,"attributes"?: Json,"category"?: string,"label"?: string,"page_size"?: number,"prefix"?: string,"tag"?: string }; Returns: Database["prompt_mgr"]['CompositeTypes']["listed_prompt"][]
                          SetofOptions: {
        from: "*"
        to: "listed_prompt"
        isOneToOne: false
        isSetofReturn: true
      } },
"list_releases":
{ Args: { "before"?: string,"name"?: string,"page_size"?: number,"state"?: string }; Returns: {
              "approvals": number,"approvals_needed": number,"changes": Json,"closed_at": string,"closed_by": string,"gates": Json,"override_reason": string,"reason": string,"release_id": string,"requested_at": string,"requested_by": string,"reviews": Json,"rolls_back": string,"status": string
            }[]
                           },
"list_suggestions":
{ Args: { "after"?: string,"name"?: string,"only_status"?: string,"page_size"?: number }; Returns: {
              "base_version": number,"brief": Json,"claimed_by": string,"comment": string,"config": Json,"content_sha256": string,"details": Json,"leased_until": string,"messages": Json,"parents": (string)[],"prompt": string,"proposed_at": string,"proposed_by": string,"rationale": string,"requested_at": string,"requested_by": string,"reviewed_at": string,"reviewed_by": string,"status": string,"suggestion_id": string,"template": string,"variables": Json,"version": number
            }[]
                           },
"list_versions":
{ Args: { "name": string }; Returns: {
              "change_note": string,"content_sha256": string,"created_at": string,"created_by": string,"format": string,"labels": (string)[],"metadata": Json,"semver": string,"status": string,"version": number,"version_id": string
            }[]
                           },
"lock_experiment":
{ Args: { "name": string }; Returns: string
                           },
"log_execution":
{ Args: { "attributes"?: Json,"cache_read_input_tokens"?: number,"cache_write_input_tokens"?: number,"confidence"?: number,"conversation_id"?: string,"cost_usd"?: number,"duration"?: number,"error_message"?: string,"error_type"?: string,"execution_id"?: string,"experiment"?: string,"finish_reasons"?: (string)[],"input_tokens"?: number,"operation_name"?: string,"output_tokens"?: number,"prompt": string,"provider_name"?: string,"reasoning_output_tokens"?: number,"ref"?: Json,"rendered"?: string,"request_model"?: string,"response"?: string,"response_id"?: string,"response_model"?: string,"success"?: boolean,"time_to_first_chunk"?: number,"unit"?: string,"user_id"?: string,"variables"?: Json,"variant"?: string,"version"?: number }; Returns: string
                           },
"log_executions":
{ Args: { "rows": Json,"single"?: boolean }; Returns: number
                           },
"maintain_partitions":
{ Args: Record<PropertyKey, never>; Returns: {
              "action": string,"partition": unknown
            }[]
                           },
"matches_targeting":
{ Args: { "attributes": Json,"rules": Json }; Returns: boolean
                           },
"mcp_get_prompt":
{ Args: { "arguments"?: Json,"label"?: string,"name": string }; Returns: Json
                           },
"mcp_list_prompts":
{ Args: { "cursor"?: string,"label"?: string,"page_size"?: number,"prefix"?: string }; Returns: Json
                           },
"mde":
{ Args: { "alpha"?: number,"alternative"?: string,"n_control": number,"n_treatment": number,"p_control": number,"power"?: number }; Returns: number
                           },
"messages_text":
{ Args: { "messages": Json }; Returns: string
                           },
"messages_to_sections":
{ Args: { "messages": Json }; Returns: string
                           },
"multinomial_log_e":
{ Args: { "concentration"?: number,"counts": (number)[],"prior"?: (number)[],"weights": (number)[] }; Returns: number
                           },
"new_execution_id":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"p_adjust":
{ Args: { "method"?: string,"p": (number)[] }; Returns: (number)[]
                           },
"p_adjust_primary":
{ Args: { "p": (number)[],"primary_index"?: number,"share"?: number }; Returns: (number)[]
                           },
"pause_experiment":
{ Args: { "name": string,"reason"?: string }; Returns: undefined
                           },
"pending_reviews":
{ Args: Record<PropertyKey, never>; Returns: {
              "approvals": number,"approvals_needed": number,"changes": Json,"gates": Json,"reason": string,"release_id": string,"requested_at": string,"requested_by": string,"reviews": Json
            }[]
                           },
"pick_variant":
{ Args: { "algorithm"?: string,"coverage_ppm"?: number,"salt": string,"unit": string,"weights": (number)[] }; Returns: number
                           },
"preview_prompt":
{ Args: { "attributes"?: Json,"label"?: string,"name": string,"options"?: Json,"unit": string,"variables"?: Json }; Returns: Database["prompt_mgr"]['CompositeTypes']["served_prompt"]
                          SetofOptions: {
        from: "*"
        to: "served_prompt"
        isOneToOne: true
        isSetofReturn: false
      } },
"prompt_analytics":
{ Args: { "from_time"?: string,"name": string,"to_time"?: string,"version"?: number }; Returns: {
              "cache_read_input_tokens": number,"cost_change": number,"cost_per_execution": number,"cost_usd": number,"error_rate": number,"error_types": Json,"errors": number,"executions": number,"executions_change": number,"input_tokens": number,"latency_avg": number,"latency_p50": number,"latency_p90": number,"latency_p95": number,"latency_p95_change": number,"latency_p99": number,"output_tokens": number,"period_from": string,"period_to": string,"quality": Json,"satisfaction": number,"satisfaction_change": number,"success_rate": number,"success_rate_change": number,"successes": number,"tokens_change": number,"top_variables": Json,"users": number,"users_change": number
            }[]
                           },
"prompt_changes":
{ Args: { "before"?: number,"name": string,"page_size"?: number }; Returns: {
              "action": string,"actor": string,"at": string,"audit_no": number,"field": string,"key": string,"new_value": Json,"object": string,"old_value": Json
            }[]
                           },
"prompt_files":
{ Args: { "label"?: string,"prefix"?: string }; Returns: {
              "base_version": number,"content": string,"name": string,"path": string,"version": number
            }[]
                           },
"prompt_from_file":
{ Args: { "content": string }; Returns: Json
                           },
"prompt_id_of":
{ Args: { "name": string }; Returns: string
                           },
"prompt_manifest":
{ Args: { "label"?: string,"name": string,"version"?: number }; Returns: {
              "content_sha256": string,"depth": number,"prompt": string,"used_version": number,"version_id": string
            }[]
                           },
"prompt_path":
{ Args: { "name": string }; Returns: string
                           },
"prompt_path_name":
{ Args: { "path": string }; Returns: string
                           },
"prompt_schema":
{ Args: { "label"?: string,"name": string,"version"?: number }; Returns: Json
                           },
"prompt_timeline":
{ Args: { "from_time"?: string,"name": string,"span"?: string,"to_time"?: string,"version"?: number }; Returns: {
              "cost_usd": number,"errors": number,"executions": number,"input_tokens": number,"latency_avg": number,"latency_p50": number,"latency_p95": number,"latency_p99": number,"output_tokens": number,"satisfaction": number,"success_rate": number,"time": string,"users": number
            }[]
                           },
"prompt_to_file":
{ Args: { "item": Json }; Returns: string
                           },
"prompt_usage":
{ Args: { "from_time"?: string,"prefix"?: string,"to_time"?: string }; Returns: {
              "cost_usd": number,"errors": number,"executions": number,"input_tokens": number,"latency_p95": number,"name": string,"output_tokens": number,"users": number
            }[]
                           },
"prompt_usages":
{ Args: { "name": string }; Returns: {
              "depth": number,"labels": (string)[],"partial": string,"prompt": string,"status": string,"version": number,"wanted": string
            }[]
                           },
"proportion_ci":
{ Args: { "level"?: number,"method"?: string,"n": number,"x": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["interval_result"]
                          SetofOptions: {
        from: "*"
        to: "interval_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"propose_suggestion":
{ Args: { "base_version"?: number,"config"?: Json,"details"?: Json,"force"?: boolean,"messages"?: Json,"name": string,"parents"?: (string)[],"rationale"?: string,"task"?: string,"template"?: string,"variables"?: Json,"worker"?: string }; Returns: string
                           },
"protect_label":
{ Args: { "approvals"?: number,"approvals_expire"?: string,"gates"?: (string)[],"immutable"?: boolean,"label": string,"level": string,"prefix"?: string,"role"?: unknown }; Returns: undefined
                           },
"publish_version":
{ Args: { "name": string,"version": number }; Returns: undefined
                           },
"quantile":
{ Args: { "q": number,"s": unknown }; Returns: number
                           },
"rate_example":
{ Args: { "feedback"?: string,"id": string,"rating": number }; Returns: undefined
                           },
"ratio_ttest":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"ratio": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["ttest_result"]
                          SetofOptions: {
        from: "*"
        to: "ttest_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"record_feedback":
{ Args: { "comment"?: string,"execution_id": string,"rating": number }; Returns: undefined
                           },
"record_outcome":
{ Args: { "at"?: string,"denominator"?: number,"experiment": string,"metric": string,"unit": string,"value"?: number }; Returns: undefined
                           },
"record_outcomes":
{ Args: { "rows": Json }; Returns: number
                           },
"record_score":
{ Args: { "comment"?: string,"execution_id": string,"name": string,"value": number }; Returns: undefined
                           },
"register_metric_source":
{ Args: { "name": string,"query": string }; Returns: undefined
                           },
"release":
{ Args: { "changes": Json,"override"?: boolean,"reason"?: string }; Returns: string
                           },
"remove_category":
{ Args: { "move_to"?: string,"name": string }; Returns: undefined
                           },
"rename_prompt":
{ Args: { "name": string,"new_name": string }; Returns: undefined
                           },
"render_messages":
{ Args: { "label"?: string,"name": string,"options"?: Json,"variables"?: Json,"version"?: number }; Returns: Json
                           },
"render_prompt":
{ Args: { "label"?: string,"name": string,"options"?: Json,"variables"?: Json,"version"?: number }; Returns: string
                           },
"render_template":
{ Args: { "options"?: Json,"template": string,"variables"?: Json }; Returns: string
                           },
"report_invisible":
{ Args: { "text": string }; Returns: {
              "codepoint": string,"kind": string,"position": number,"removed_by": string
            }[]
                           },
"request_release":
{ Args: { "changes": Json,"reason"?: string }; Returns: string
                           },
"request_suggestion":
{ Args: { "base_version"?: number,"brief"?: Json,"name": string }; Returns: string
                           },
"resolve_prompt":
{ Args: { "name": string }; Returns: Record<string, unknown>
                           },
"restore_prompt":
{ Args: { "labels"?: boolean,"name": string }; Returns: undefined
                           },
"resume_experiment":
{ Args: { "name": string }; Returns: undefined
                           },
"review_release":
{ Args: { "comment"?: string,"decision": string,"id": string }; Returns: Record<string, unknown>
                           },
"review_suggestion":
{ Args: { "comment"?: string,"decision": string,"draft"?: boolean,"id": string,"messages"?: Json,"template"?: string }; Returns: number
                           },
"revoke_access":
{ Args: { "level": string,"role": unknown }; Returns: undefined
                           },
"rollback":
{ Args: { "label"?: string,"name": string,"reason"?: string }; Returns: number
                           },
"rollback_release":
{ Args: { "id": string,"override"?: boolean,"reason"?: string }; Returns: string
                           },
"run_examples":
{ Args: { "name": string,"version"?: number }; Returns: {
              "actual": string,"error": string,"example": string,"example_id": string,"expected": string,"passed": boolean,"sqlstate": string
            }[]
                           },
"sample_size":
{ Args: { "alpha"?: number,"alternative"?: string,"method"?: string,"p_control": number,"p_treatment": number,"power"?: number,"ratio"?: number }; Returns: number
                           },
"sanitize_text":
{ Args: { "level"?: string,"text": string }; Returns: string
                           },
"save_category":
{ Args: { "colour"?: string,"icon"?: string,"name": string,"parent"?: string,"position"?: number,"title"?: string }; Returns: undefined
                           },
"save_prompt":
{ Args: { "attributes"?: Json,"author"?: string,"base_version"?: number,"category"?: string,"change_note"?: string,"complexity"?: string,"config"?: Json,"constraints"?: Json,"description"?: string,"draft"?: boolean,"escape"?: string,"format"?: string,"idempotency_key"?: string,"if_changed"?: boolean,"labels"?: (string)[],"language"?: string,"messages"?: Json,"metadata"?: Json,"models"?: (string)[],"name": string,"semver"?: string,"tags"?: (string)[],"template"?: string,"variables"?: Json }; Returns: number
                           },
"save_prompt_file":
{ Args: { "base_version"?: number,"change_note"?: string,"content": string,"dry_run"?: boolean,"labels"?: (string)[],"path": string }; Returns: Record<string, unknown>
                           },
"schedule_jobs":
{ Args: { "schedule"?: string }; Returns: number
                           },
"search_prompts":
{ Args: { "archived"?: boolean,"attributes"?: Json,"category"?: string,"label"?: string,"page_offset"?: number,"page_size"?: number,"prefix"?: string,"query"?: string,"tag"?: string }; Returns: Database["prompt_mgr"]['CompositeTypes']["found_prompt"][]
                          SetofOptions: {
        from: "*"
        to: "found_prompt"
        isOneToOne: false
        isSetofReturn: true
      } },
"sections_to_messages":
{ Args: { "sections": string }; Returns: Json
                           },
"selftest_hash":
{ Args: Record<PropertyKey, never>; Returns: Record<string, unknown>[]
                           },
"series_of":
{ Args: { "only_prompt": string,"only_version": number }; Returns: (string)[]
                           },
"serve_prompt":
{ Args: { "attributes"?: Json,"label"?: string,"name": string,"options"?: Json,"record"?: boolean,"unit": string,"variables"?: Json }; Returns: Database["prompt_mgr"]['CompositeTypes']["served_prompt"]
                          SetofOptions: {
        from: "*"
        to: "served_prompt"
        isOneToOne: true
        isSetofReturn: false
      } },
"set_default_prompt":
{ Args: { "attributes": Json,"name": string }; Returns: undefined
                           },
"set_status":
{ Args: { "name": string,"status": string,"version": number }; Returns: undefined
                           },
"set_weights":
{ Args: { "name": string,"rebucket"?: boolean,"weights": Json }; Returns: number
                           },
"srm_test":
{ Args: { "observed": (number)[],"weights": (number)[] }; Returns: Database["prompt_mgr"]['CompositeTypes']["srm_result"]
                          SetofOptions: {
        from: "*"
        to: "srm_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"srm_test_expected":
{ Args: { "expected": (number)[],"observed": (number)[] }; Returns: Database["prompt_mgr"]['CompositeTypes']["srm_result"]
                          SetofOptions: {
        from: "*"
        to: "srm_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"start_experiment":
{ Args: { "name": string }; Returns: undefined
                           },
"stop_experiment":
{ Args: { "name": string,"reason"?: string,"winner"?: string }; Returns: undefined
                           },
"tally_changes":
{ Args: { "before": unknown,"from_time"?: string,"only_prompt"?: string,"only_version"?: number,"since": unknown,"to_time"?: string }; Returns: {
              "experiment_id": string,"hour": string,"kind": string,"model": string,"n": number,"name": string,"prompt_id": string,"provider_name": string,"total": number,"total2": number,"variant_no": number,"version": number
            }[]
                           },
"tally_figures":
{ Args: { "from_time": string,"kind": string,"only_prompt"?: string,"only_version"?: number,"span"?: string,"split"?: (string)[],"to_time": string }; Returns: {
              "experiment_id": string,"mean": number,"model": string,"n": number,"name": string,"prompt_id": string,"provider_name": string,"sd": number,"time": string,"total": number,"total2": number,"variant_no": number,"version": number
            }[]
                           },
"template_variables":
{ Args: { "format"?: string,"template": string }; Returns: {
              "depth": number,"filters": (string)[],"first_column": number,"first_line": number,"guarded": boolean,"has_default": boolean,"kind": string,"occurrences": number,"parent_path": string,"path": string
            }[]
                           },
"test_power":
{ Args: { "alpha"?: number,"alternative"?: string,"n_control": number,"n_treatment": number,"p_control": number,"p_treatment": number }; Returns: number
                           },
"thompson_weights":
{ Args: { "floor"?: number,"successes": (number)[],"trials": (number)[] }; Returns: (number)[]
                           },
"tick":
{ Args: { "time_limit"?: string }; Returns: {
              "action": string,"detail": string,"subject": string,"task": string
            }[]
                           },
"token_ids":
{ Args: { "encoding"?: string,"text": string }; Returns: (number)[]
                           },
"top_variables":
{ Args: { "from_time"?: string,"max_rows"?: number,"name": string,"only_variable"?: string,"sample"?: number,"to_time"?: string,"version"?: number }; Returns: {
              "executions": number,"share": number,"value": string,"variable": string
            }[]
                           },
"truncate_tokens":
{ Args: { "encoding"?: string,"max_tokens": number,"side"?: string,"text": string }; Returns: string
                           },
"unit_hash":
{ Args: { "algorithm"?: string,"salt": string,"unit": string }; Returns: number
                           },
"unschedule_jobs":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"update_prompt":
{ Args: { "attributes"?: Json,"author"?: string,"category"?: string,"complexity"?: string,"description"?: string,"language"?: string,"models"?: (string)[],"name": string,"tags"?: (string)[] }; Returns: undefined
                           },
"validate_experiment":
{ Args: { "metrics": Json,"options"?: Json,"prompt": string,"variants": Json }; Returns: {
              "path": string,"reason": string
            }[]
                           },
"validate_experiment_options":
{ Args: { "options": Json }; Returns: {
              "path": string,"reason": string
            }[]
                           },
"validate_template":
{ Args: { "options"?: Json,"template": string }; Returns: {
              "code": string,"col": number,"hint": string,"line": number,"message": string,"severity": string
            }[]
                           },
"verify_audit":
{ Args: { "name"?: string }; Returns: {
              "audit_no": number,"problem": string,"prompt": string,"prompt_id": string
            }[]
                           },
"version":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"version_usage":
{ Args: { "from_time"?: string,"name": string,"sample"?: number,"to_time"?: string }; Returns: {
              "cost_usd_p50": number,"errors": number,"executions": number,"first_day": string,"input_tokens_p50": number,"last_day": string,"latency_p50": number,"output_tokens_p50": number,"scores": Json,"users": number,"version": number
            }[]
                           },
"webhook_signature":
{ Args: { "at"?: string,"body": string,"secret": string }; Returns: string
                           },
"welch_moments":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"mean_control": number,"mean_treatment": number,"n_control": number,"n_treatment": number,"sd_control": number,"sd_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["ttest_result"]
                          SetofOptions: {
        from: "*"
        to: "ttest_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"welch_ttest":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"s": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["ttest_result"]
                          SetofOptions: {
        from: "*"
        to: "ttest_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"written_since":
{ Args: { "from_time": string,"relation": unknown,"since": unknown,"to_time": string }; Returns: Record<string, unknown>
                           },
"ztest":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"s": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["ztest_result"]
                          SetofOptions: {
        from: "*"
        to: "ztest_result"
        isOneToOne: true
        isSetofReturn: false
      } } |
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"summary": unknown }; Returns: Database["prompt_mgr"]['CompositeTypes']["ztest_result"]
                          SetofOptions: {
        from: "*"
        to: "ztest_result"
        isOneToOne: true
        isSetofReturn: false
      } },
"ztest_counts":
{ Args: { "alpha"?: number,"alternative"?: string,"margin"?: number,"n_control": number,"n_treatment": number,"x_control": number,"x_treatment": number }; Returns: Database["prompt_mgr"]['CompositeTypes']["ztest_result"]
                          SetofOptions: {
        from: "*"
        to: "ztest_result"
        isOneToOne: true
        isSetofReturn: false
      } }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            "always_valid_result": {
                        "diff": number | null,"log_e_value": number | null,"p_value": number | null,"ci_low": number | null,"ci_high": number | null,"reject": boolean | null,"gate_open": boolean | null,"ci_adjusted": boolean | null,"level": number | null,"reason": string | null,"alternative": string | null,"margin": number | null,"planned_n": number | null,"n_control": number | null,"mean_control": number | null,"n_treatment": number | null,"mean_treatment": number | null,"z": number | null,"critical_z": number | null
                      },"bayes_result": {
                        "prob_beats": number | null,"loss_treatment": number | null,"loss_control": number | null,"reason": string | null,"mean_control": number | null,"mean_treatment": number | null,"effect": number | null,"ci_low": number | null,"ci_high": number | null,"level": number | null
                      },"found_prompt": {
                        "prompt_id": string | null,"name": string | null,"kind": string | null,"description": string | null,"category": string | null,"tags": (string)[] | null,"attributes": Json | null,"labels": Json | null,"version": number | null,"excerpt": string | null,"rank": number | null,"last_change": string | null
                      },"homogeneity_result": {
                        "chi2": number | null,"df": number | null,"p_value": number | null,"reason": string | null
                      },"hybrid_result": {
                        "diff": number | null,"p_value": number | null,"ci_low": number | null,"ci_high": number | null,"reject": boolean | null,"planned_look": boolean | null,"fixed_p_value": number | null,"fixed_alpha": number | null,"log_e_value": number | null,"e_alpha": number | null,"gate_open": boolean | null,"level": number | null,"reason": string | null,"alternative": string | null,"margin": number | null,"planned_n": number | null,"n_control": number | null,"mean_control": number | null,"n_treatment": number | null,"mean_treatment": number | null
                      },"interval_result": {
                        "low": number | null,"high": number | null,"reason": string | null,"estimate": number | null,"level": number | null
                      },"listed_prompt": {
                        "prompt_id": string | null,"name": string | null,"kind": string | null,"description": string | null,"category": string | null,"tags": (string)[] | null,"last_version": number | null,"labels": Json | null,"created_at": string | null,"created_by": string | null,"attributes": Json | null,"last_change": string | null,"archived_at": string | null
                      },"served_prompt": {
                        "prompt": string | null,"version": number | null,"version_id": string | null,"label": string | null,"experiment": string | null,"variant": string | null,"exposure_id": string | null,"execution_id": string | null,"text": string | null,"messages": Json | null,"config": Json | null,"tokens": number | null
                      },"srm_result": {
                        "chi2": number | null,"df": number | null,"p_value": number | null,"log_e_value": number | null,"alarm": boolean | null,"max_deviation": number | null,"reason": string | null
                      },"ttest_result": {
                        "diff": number | null,"t": number | null,"df": number | null,"p_value": number | null,"log10_p": number | null,"ci_low": number | null,"ci_high": number | null,"level": number | null,"reason": string | null,"alternative": string | null,"margin": number | null,"n_control": number | null,"mean_control": number | null,"sd_control": number | null,"n_treatment": number | null,"mean_treatment": number | null,"sd_treatment": number | null,"se": number | null,"lift": number | null,"lift_se": number | null,"lift_low": number | null,"lift_high": number | null,"n_skipped": number | null
                      },"ztest_result": {
                        "n_control": number | null,"x_control": number | null,"n_treatment": number | null,"x_treatment": number | null,"p_control": number | null,"p_treatment": number | null,"diff": number | null,"lift": number | null,"z": number | null,"p_value": number | null,"log10_p": number | null,"ci_low": number | null,"ci_high": number | null,"level": number | null,"reason": string | null,"alternative": string | null,"margin": number | null,"p_exact": number | null,"lift_low": number | null,"lift_high": number | null,"ci_adjusted": boolean | null
                      }
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "prompt_mgr">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "prompt_mgr": {
          Enums: {

          }
        }
} as const
